// SPDX-License-Identifier: MIT
import javax.smartcardio.CardTerminal;
import javax.smartcardio.TerminalFactory;

/** List the terminals and connect to the card in the first one. */
public final class Card {
    public static void main(String[] args) throws Exception {
        CardTerminal terminal = TerminalFactory.getDefault().terminals().list().get(0);
        javax.smartcardio.Card card = terminal.connect("*");
        System.out.println(terminal.getName() + " " + card.getATR());
        card.disconnect(false);
    }
}
