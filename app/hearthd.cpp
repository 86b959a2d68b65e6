#include "app/headless.h"

int main(int argc, char **argv) { return hearth::runHeadless(argc, argv); }
