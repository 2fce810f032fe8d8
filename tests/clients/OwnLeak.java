// SPDX-License-Identifier: MIT
import javax.smartcardio.CardTerminal;
import javax.smartcardio.TerminalFactory;

/** Leaves a card connected, and a context that a library of its own established. */
public final class OwnLeak {
    private static native void establish();

    public static void main(String[] args) throws Exception {
        System.load(args[0]);
        CardTerminal terminal = TerminalFactory.getDefault().terminals().list().get(0);
        System.out.println(terminal.connect("*").getATR());
        establish();
    }
}
