/* What the ELF files beside this one are made of; README.md says how. */
extern int getentropy(void *, unsigned long);
extern int not_there(void);
extern int memfd_create(const char *, unsigned) __attribute__((weak));
__thread int counter;
int answer(void) { return ++counter; }
void *PyInit_library(void) {
    char seed[4];
    if (memfd_create) memfd_create("x", 0);
    return (void *)(long)(getentropy(seed, 4) + not_there());
}
