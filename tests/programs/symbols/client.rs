// SPDX-License-Identifier: MIT
//! A context is established and never released.

mod card {
    #[link(name = "pcsclite")]
    extern "C" {
        fn SCardEstablishContext(
            scope: u64,
            reserved1: *const u8,
            reserved2: *const u8,
            context: *mut i64,
        ) -> i64;
    }

    #[inline(never)]
    pub fn establish() -> Result<i64, i64> {
        let mut context = 0;
        let null = std::ptr::null();
        match unsafe { SCardEstablishContext(2, null, null, &mut context) } {
            0 => Ok(context),
            error => Err(error),
        }
    }
}

struct Session(i64);

trait Open {
    fn open() -> Self;
}

impl Open for Session {
    #[inline(never)]
    fn open() -> Self {
        Session(card::establish().expect("no context"))
    }
}

fn main() {
    std::process::exit((Session::open().0 == 0) as i32);
}
