/* SPDX-License-Identifier: MIT */
/*
 * What a security package of Windows' LSA needs in order to be built for Linux, and to be loaded by
 * lsahost(1). A package is a shared object that exports SpLsaModeInitialize:
 *
 *     cc -shared -fPIC $(pkg-config --cflags scardaudit-lsa) -o package.so package.c
 *     lsahost --verbose ./package.so
 *
 * Names and slots are those of Windows. ULONG is 4 bytes and a pointer 8, so slot n of a table is
 * at offset 8 * n; the numbers are beside the fields. What lsahost does not implement can be called
 * all the same, with any arguments: it returns STATUS_NOT_IMPLEMENTED, or a NULL handle, or FALSE.
 *
 * Texts are UTF-16, WCHAR has 2 bytes: u"..." in C and C++. The header does not go together with
 * those of WinPR.
 */
#ifndef SCARDAUDIT_LSAHOST_H
#define SCARDAUDIT_LSAHOST_H

#include <stddef.h>
#include <stdint.h>
#ifndef __cplusplus
#include <uchar.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef void VOID, *PVOID, *HANDLE;
typedef unsigned char BOOLEAN, UCHAR;
typedef uint16_t USHORT;
typedef uint32_t ULONG, *PULONG;
typedef uintptr_t ULONG_PTR;
typedef size_t SIZE_T;
typedef char16_t WCHAR;
typedef int32_t NTSTATUS;
#define NTAPI

#define STATUS_SUCCESS ((NTSTATUS)0)
#define STATUS_UNSUCCESSFUL ((NTSTATUS)0xc0000001)
#define STATUS_NOT_IMPLEMENTED ((NTSTATUS)0xc0000002)
#define STATUS_INVALID_PARAMETER ((NTSTATUS)0xc000000d)
#define STATUS_NO_MEMORY ((NTSTATUS)0xc0000017)
#define NT_SUCCESS(status) ((status) >= 0)

typedef struct _UNICODE_STRING {
    USHORT Length, MaximumLength; /* bytes */
    WCHAR *Buffer;
} UNICODE_STRING;

typedef struct _GUID {
    uint32_t Data1;
    uint16_t Data2, Data3;
    uint8_t Data4[8];
} GUID;

/* ---- what lsahost offers */

typedef PVOID *PLSA_CLIENT_REQUEST;

/* Zeroed; NULL without memory. Each is released by its own counterpart. */
typedef PVOID(NTAPI *PLSA_ALLOCATE_LSA_HEAP)(ULONG length);
typedef VOID(NTAPI *PLSA_FREE_LSA_HEAP)(PVOID base);
typedef PVOID(NTAPI *PLSA_ALLOCATE_PRIVATE_HEAP)(SIZE_T length);
typedef VOID(NTAPI *PLSA_FREE_PRIVATE_HEAP)(PVOID base);

/* The client is the host itself. */
typedef NTSTATUS(NTAPI *PLSA_ALLOCATE_CLIENT_BUFFER)(PLSA_CLIENT_REQUEST request, ULONG length,
                                                     PVOID *buffer);
typedef NTSTATUS(NTAPI *PLSA_FREE_CLIENT_BUFFER)(PLSA_CLIENT_REQUEST request, PVOID buffer);
typedef NTSTATUS(NTAPI *PLSA_COPY_TO_CLIENT_BUFFER)(PLSA_CLIENT_REQUEST request, ULONG length,
                                                    PVOID client, PVOID buffer);
typedef NTSTATUS(NTAPI *PLSA_COPY_FROM_CLIENT_BUFFER)(PLSA_CLIENT_REQUEST request, ULONG length,
                                                      PVOID buffer, PVOID client);

/* A section is memory that forked processes share. Its blocks are 16-byte aligned, and gone with
 * it.
 */
typedef PVOID(NTAPI *PLSA_CREATE_SHARED_MEMORY)(ULONG max_size, ULONG initial_size);
typedef PVOID(NTAPI *PLSA_ALLOCATE_SHARED_MEMORY)(PVOID section, ULONG size);
typedef VOID(NTAPI *PLSA_FREE_SHARED_MEMORY)(PVOID section, PVOID block);
typedef BOOLEAN(NTAPI *PLSA_DELETE_SHARED_MEMORY)(PVOID section);

/* Functions whose parameters are not declared here */
#ifdef __cplusplus
#define SCARDAUDIT_ANY_ARGUMENTS (...)
#else
#define SCARDAUDIT_ANY_ARGUMENTS ()
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#endif
typedef NTSTATUS(NTAPI *PLSA_NOT_IMPLEMENTED) SCARDAUDIT_ANY_ARGUMENTS;
typedef HANDLE(NTAPI *PLSA_NO_HANDLE) SCARDAUDIT_ANY_ARGUMENTS;
typedef BOOLEAN(NTAPI *PLSA_NO_ANSWER) SCARDAUDIT_ANY_ARGUMENTS;
typedef NTSTATUS(NTAPI *PLSA_NOT_CALLED) SCARDAUDIT_ANY_ARGUMENTS;
#ifndef __cplusplus
#pragma GCC diagnostic pop
#endif

typedef struct _LSA_SECPKG_FUNCTION_TABLE {
    PLSA_NOT_IMPLEMENTED CreateLogonSession;            /* 0 */
    PLSA_NOT_IMPLEMENTED DeleteLogonSession;            /* 1 */
    PLSA_NOT_IMPLEMENTED AddCredential;                 /* 2 */
    PLSA_NOT_IMPLEMENTED GetCredentials;                /* 3 */
    PLSA_NOT_IMPLEMENTED DeleteCredential;              /* 4 */
    PLSA_ALLOCATE_LSA_HEAP AllocateLsaHeap;             /* 5 */
    PLSA_FREE_LSA_HEAP FreeLsaHeap;                     /* 6 */
    PLSA_ALLOCATE_CLIENT_BUFFER AllocateClientBuffer;   /* 7 */
    PLSA_FREE_CLIENT_BUFFER FreeClientBuffer;           /* 8 */
    PLSA_COPY_TO_CLIENT_BUFFER CopyToClientBuffer;      /* 9 */
    PLSA_COPY_FROM_CLIENT_BUFFER CopyFromClientBuffer;  /* 10 */
    PLSA_NOT_IMPLEMENTED ImpersonateClient;             /* 11 */
    PLSA_NOT_IMPLEMENTED UnloadPackage;                 /* 12 */
    PLSA_NOT_IMPLEMENTED DuplicateHandle;               /* 13 */
    PLSA_NOT_IMPLEMENTED SaveSupplementalCredentials;   /* 14 */
    PLSA_NO_HANDLE CreateThread;                        /* 15 */
    PLSA_NOT_IMPLEMENTED GetClientInfo;                 /* 16 */
    PLSA_NO_HANDLE RegisterNotification;                /* 17 */
    PLSA_NOT_IMPLEMENTED CancelNotification;            /* 18 */
    PLSA_NOT_IMPLEMENTED MapBuffer;                     /* 19 */
    PLSA_NOT_IMPLEMENTED CreateToken;                   /* 20 */
    PLSA_NOT_IMPLEMENTED AuditLogon;                    /* 21 */
    PLSA_NOT_IMPLEMENTED CallPackage;                   /* 22 */
    PLSA_FREE_LSA_HEAP FreeReturnBuffer;                /* 23 */
    PLSA_NO_ANSWER GetCallInfo;                         /* 24 */
    PLSA_NOT_IMPLEMENTED CallPackageEx;                 /* 25 */
    PLSA_CREATE_SHARED_MEMORY CreateSharedMemory;       /* 26 */
    PLSA_ALLOCATE_SHARED_MEMORY AllocateSharedMemory;   /* 27 */
    PLSA_FREE_SHARED_MEMORY FreeSharedMemory;           /* 28 */
    PLSA_DELETE_SHARED_MEMORY DeleteSharedMemory;       /* 29 */
    PLSA_NOT_IMPLEMENTED OpenSamUser;                   /* 30 */
    PLSA_NOT_IMPLEMENTED GetUserCredentials;            /* 31 */
    PLSA_NOT_IMPLEMENTED GetUserAuthData;               /* 32 */
    PLSA_NOT_IMPLEMENTED CloseSamUser;                  /* 33 */
    PLSA_NOT_IMPLEMENTED ConvertAuthDataToToken;        /* 34 */
    PLSA_NOT_IMPLEMENTED ClientCallback;                /* 35 */
    PLSA_NOT_IMPLEMENTED UpdateCredentials;             /* 36 */
    PLSA_NOT_IMPLEMENTED GetAuthDataForUser;            /* 37 */
    PLSA_NOT_IMPLEMENTED CrackSingleName;               /* 38 */
    PLSA_NOT_IMPLEMENTED AuditAccountLogon;             /* 39 */
    PLSA_NOT_IMPLEMENTED CallPackagePassthrough;        /* 40 */
    PLSA_NOT_IMPLEMENTED CrediRead;                     /* 41 */
    PLSA_NOT_IMPLEMENTED CrediReadDomainCredentials;    /* 42 */
    PLSA_NOT_IMPLEMENTED CrediFreeCredentials;          /* 43 */
    PLSA_NOT_IMPLEMENTED LsaProtectMemory;              /* 44 */
    PLSA_NOT_IMPLEMENTED LsaUnprotectMemory;            /* 45 */
    PLSA_NOT_IMPLEMENTED OpenTokenByLogonId;            /* 46 */
    PLSA_NOT_IMPLEMENTED ExpandAuthDataForDomain;       /* 47 */
    PLSA_ALLOCATE_PRIVATE_HEAP AllocatePrivateHeap;     /* 48 */
    PLSA_FREE_PRIVATE_HEAP FreePrivateHeap;             /* 49 */
    PLSA_NOT_IMPLEMENTED CreateTokenEx;                 /* 50 */
    PLSA_NOT_IMPLEMENTED CrediWrite;                    /* 51 */
    PLSA_NOT_IMPLEMENTED CrediUnmarshalandDecodeString; /* 52 */
    PLSA_NOT_IMPLEMENTED DummyFunction6;                /* 53 */
    PLSA_NOT_IMPLEMENTED GetExtendedCallFlags;          /* 54 */
    PLSA_NOT_IMPLEMENTED DuplicateTokenHandle;          /* 55 */
    PLSA_NOT_IMPLEMENTED GetServiceAccountPassword;     /* 56 */
    PLSA_NOT_IMPLEMENTED DummyFunction7;                /* 57 */
    PLSA_NOT_IMPLEMENTED AuditLogonEx;                  /* 58 */
    PLSA_NOT_IMPLEMENTED CheckProtectedUserByToken;     /* 59 */
    PLSA_NOT_IMPLEMENTED QueryClientRequest;            /* 60 */
    PLSA_NOT_IMPLEMENTED GetAppModeInfo;                /* 61 */
    PLSA_NOT_IMPLEMENTED SetAppModeInfo;                /* 62 */
    PLSA_NOT_IMPLEMENTED GetClientInfoEx;               /* 63 */
    PLSA_NOT_IMPLEMENTED GetSecpkgFailureReason;        /* 64 */
    PLSA_NOT_IMPLEMENTED SetSecpkgFailureReason;        /* 65 */
} LSA_SECPKG_FUNCTION_TABLE, *PLSA_SECPKG_FUNCTION_TABLE;

/* ---- what a package offers */

typedef struct _SECPKG_PARAMETERS {
    ULONG Version;
    ULONG MachineState;
    ULONG SetupMode;
    PVOID DomainSid;
    UNICODE_STRING DomainName;
    UNICODE_STRING DnsDomainName;
    GUID DomainGuid;
} SECPKG_PARAMETERS, *PSECPKG_PARAMETERS;

typedef struct _SecPkgInfoW {
    ULONG fCapabilities;
    USHORT wVersion;
    USHORT wRPCID;
    ULONG cbMaxToken;
    WCHAR *Name; /* the package's own, for as long as it is loaded */
    WCHAR *Comment;
} SecPkgInfoW, SecPkgInfo, *PSecPkgInfo;

typedef NTSTATUS NTAPI SpInitializeFn(ULONG_PTR package_id, PSECPKG_PARAMETERS parameters,
                                      PLSA_SECPKG_FUNCTION_TABLE functions);
typedef NTSTATUS NTAPI SpShutdownFn(VOID);
typedef NTSTATUS NTAPI SpGetInfoFn(PSecPkgInfo info);

/* lsahost calls Initialize, GetInfo and Shutdown. The rest may be NULL; what is not, is cast. */
typedef struct _SECPKG_FUNCTION_TABLE {
    PLSA_NOT_CALLED InitializePackage;                   /* 0 */
    PLSA_NOT_CALLED LogonUser;                           /* 1 */
    PLSA_NOT_CALLED CallPackage;                         /* 2 */
    PLSA_NOT_CALLED LogonTerminated;                     /* 3 */
    PLSA_NOT_CALLED CallPackageUntrusted;                /* 4 */
    PLSA_NOT_CALLED CallPackagePassthrough;              /* 5 */
    PLSA_NOT_CALLED LogonUserEx;                         /* 6 */
    PLSA_NOT_CALLED LogonUserEx2;                        /* 7 */
    SpInitializeFn *Initialize;                          /* 8 */
    SpShutdownFn *Shutdown;                              /* 9 */
    SpGetInfoFn *GetInfo;                                /* 10 */
    PLSA_NOT_CALLED AcceptCredentials;                   /* 11 */
    PLSA_NOT_CALLED AcquireCredentialsHandle;            /* 12 */
    PLSA_NOT_CALLED QueryCredentialsAttributes;          /* 13 */
    PLSA_NOT_CALLED FreeCredentialsHandle;               /* 14 */
    PLSA_NOT_CALLED SaveCredentials;                     /* 15 */
    PLSA_NOT_CALLED GetCredentials;                      /* 16 */
    PLSA_NOT_CALLED DeleteCredentials;                   /* 17 */
    PLSA_NOT_CALLED InitLsaModeContext;                  /* 18 */
    PLSA_NOT_CALLED AcceptLsaModeContext;                /* 19 */
    PLSA_NOT_CALLED DeleteContext;                       /* 20 */
    PLSA_NOT_CALLED ApplyControlToken;                   /* 21 */
    PLSA_NOT_CALLED GetUserInfo;                         /* 22 */
    PLSA_NOT_CALLED GetExtendedInformation;              /* 23 */
    PLSA_NOT_CALLED QueryContextAttributes;              /* 24 */
    PLSA_NOT_CALLED AddCredentials;                      /* 25 */
    PLSA_NOT_CALLED SetExtendedInformation;              /* 26 */
    PLSA_NOT_CALLED SetContextAttributes;                /* 27 */
    PLSA_NOT_CALLED SetCredentialsAttributes;            /* 28 */
    PLSA_NOT_CALLED ChangeAccountPassword;               /* 29 */
    PLSA_NOT_CALLED QueryMetaData;                       /* 30 */
    PLSA_NOT_CALLED ExchangeMetaData;                    /* 31 */
    PLSA_NOT_CALLED GetCredUIContext;                    /* 32 */
    PLSA_NOT_CALLED UpdateCredentials;                   /* 33 */
    PLSA_NOT_CALLED ValidateTargetInfo;                  /* 34 */
    PLSA_NOT_CALLED PostLogonUser;                       /* 35 */
    PLSA_NOT_CALLED GetRemoteCredGuardLogonBuffer;       /* 36 */
    PLSA_NOT_CALLED GetRemoteCredGuardSupplementalCreds; /* 37 */
} SECPKG_FUNCTION_TABLE, *PSECPKG_FUNCTION_TABLE;

#define SECPKG_INTERFACE_VERSION 0x00010000u

/* What a package exports. Tables follow each other in one array. */
__attribute__((visibility("default"))) NTSTATUS NTAPI SpLsaModeInitialize(
    ULONG lsa_version, PULONG package_version, PSECPKG_FUNCTION_TABLE *tables, PULONG count);

#ifdef __cplusplus
}
#endif

#endif
