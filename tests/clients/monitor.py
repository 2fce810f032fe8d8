# SPDX-License-Identifier: MIT
"""A CardMonitor: pyscard watches the readers in a thread of its own."""
import threading

from smartcard.CardMonitoring import CardMonitor, CardObserver


class Observer(CardObserver):
    def __init__(self):
        super().__init__()
        self.seen = threading.Event()

    def update(self, observable, handlers):
        if handlers[0]:
            self.seen.set()


observer = Observer()
monitor = CardMonitor()
monitor.addObserver(observer)
print("card seen" if observer.seen.wait(20) else "no card")
monitor.deleteObserver(observer)
