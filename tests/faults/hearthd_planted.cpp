// hearthd with one mistake in its store, named by HEARTH_PLANTED; `none` is hearthd as it is, through the same seam.

#include "app/headless.h"
#include "tests/faults/faultystore.h"

#include <cstdio>

using namespace hearth;

int main(int argc, char **argv)
{
    const QByteArray name = qgetenv("HEARTH_PLANTED");
    const auto mistake = test::FaultyStore::mistakeOf(name);
    if (!mistake && name != "none") {
        std::fputs("HEARTH_PLANTED names no mistake\n", stderr);
        return 2;
    }
    return runHeadless(argc, argv, [mistake](const ServerSettings &settings, StoreState *state) {
        auto opened = openSqliteStore(settings, state);
        if (opened && mistake)
            opened = std::make_unique<test::FaultyStore>(*std::move(opened), *mistake, *state);
        return opened;
    });
}
