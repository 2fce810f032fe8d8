# SPDX-License-Identifier: MIT
"""List the readers and connect to a card, as pyscard's users do."""
from smartcard.System import readers

reader = readers()[0]
connection = reader.createConnection()
connection.connect()
print(reader, bytes(connection.getATR()).hex())
connection.disconnect()
