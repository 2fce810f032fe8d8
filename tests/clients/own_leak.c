/* SPDX-License-Identifier: MIT */
/* The native part of OwnLeak.java. */
#include <jni.h>
#include <winscard.h>

JNIEXPORT void JNICALL Java_OwnLeak_establish(JNIEnv *env, jclass class)
{
    SCARDCONTEXT context;

    (void)env;
    (void)class;
    SCardEstablishContext(SCARD_SCOPE_USER, NULL, NULL, &context);
}
