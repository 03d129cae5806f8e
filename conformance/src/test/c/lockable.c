/* SoftHSM, whose tokens never lock, behind a C_Login that says CKR_PIN_LOCKED as long as the file $LOCK is there. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define C_LOGIN 18 /* the place of C_Login in the list (PKCS #11 2.40, appendix B) */
#define FUNCTIONS 68
#define PIN_LOCKED 0xA4

typedef unsigned long (*login)(unsigned long session, unsigned long user, unsigned char *pin, unsigned long length);

struct list {
    unsigned char version[2];
    void *functions[FUNCTIONS];
};

static login real_login;
static struct list own;

static unsigned long lockable_login(unsigned long session, unsigned long user, unsigned char *pin, unsigned long length)
{
    const char *lock = getenv("LOCK");
    return lock && access(lock, F_OK) == 0 ? PIN_LOCKED : real_login(session, user, pin, length);
}

unsigned long C_GetFunctionList(struct list **out)
{
    unsigned long (*get)(struct list **) = NULL;
    struct list *real = NULL;
    void *library = dlopen(SOFTHSM, RTLD_NOW);
    if (library)
        *(void **)&get = dlsym(library, "C_GetFunctionList");
    if (!get || get(&real) != 0)
        return 5; /* CKR_GENERAL_ERROR */
    memcpy(&own, real, sizeof own);
    *(void **)&real_login = own.functions[C_LOGIN];
    own.functions[C_LOGIN] = (void *)lockable_login;
    *out = &own;
    return 0;
}
