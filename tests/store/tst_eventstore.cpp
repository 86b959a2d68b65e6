#include "tests/store/eventstorecontract.h"
#include "tests/store/sqlitestores.h"

int main(int argc, char **argv)
{
    return hearth::test::runStoreTests<hearth::test::EventStoreContract>(argc, argv);
}
