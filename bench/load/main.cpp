#include "load/process.h"
#include "load/scenarios.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>

namespace {

int usage(const std::string &problem)
{
    std::fprintf(stderr,
                 "hearth_load: %s\n"
                 "usage: hearth_load saturated|paced|connect|durable --port N --server PID [--path P]\n"
                 "  [--frame typing|message] [--members N] [--rooms N] [--idle N] [--rate DELIVERIES/S]\n"
                 "  [--senders N] [--durable MESSAGES/S] [--addresses N] [--password P] [--in-flight N] [--seconds N] [--payload CHARACTERS] [--announce yes]\n"
                 "Loads a chat server on 127.0.0.1 that speaks the plain frames; prints one JSON object.\n",
                 problem.c_str());
    return 2;
}

} // namespace

int main(int argc, char **argv)
{
    bench::Options options;
    const std::map<std::string, std::function<void(const std::string &)>> known {
        { "--port", [&](const auto &v) { options.port = static_cast<std::uint16_t>(std::stoi(v)); } },
        { "--server", [&](const auto &v) { options.server = std::stoi(v); } },
        { "--path", [&](const auto &v) { options.path = v; } },
        { "--frame", [&](const auto &v) { options.frame = v; } },
        { "--members", [&](const auto &v) { options.members = std::stoi(v); } },
        { "--rooms", [&](const auto &v) { options.rooms = std::stoi(v); } },
        { "--idle", [&](const auto &v) { options.idle = std::stoi(v); } },
        { "--rate", [&](const auto &v) { options.deliveriesPerSecond = std::stoi(v); } },
        { "--in-flight", [&](const auto &v) { options.inFlight = std::stoi(v); } },
        { "--durable", [&](const auto &v) { options.durablePerSecond = std::stoi(v); } },
        { "--senders", [&](const auto &v) { options.senders = std::stoi(v); } },
        { "--addresses", [&](const auto &v) { options.addresses = std::stoi(v); } },
        { "--password", [&](const auto &v) { options.password = v; } },
        { "--seconds", [&](const auto &v) { options.seconds = std::stoi(v); } },
        { "--payload", [&](const auto &v) { options.payload = std::stoi(v); } },
        { "--announce", [&](const auto &v) { options.announces = v == "yes"; } },
    };
    if (argc < 2)
        return usage("no scenario named");
    options.scenario = argv[1];
    try {
        for (int i = 2; i < argc; i += 2) {
            const auto option = known.find(argv[i]);
            if (option == known.end() || i + 1 >= argc)
                return usage("unknown or incomplete option " + std::string(argv[i]));
            option->second(argv[i + 1]);
        }
    } catch (const std::exception &) {
        return usage("a value is not a number");
    }
    const std::map<std::string, std::function<bench::Figures(const bench::Options &)>> scenarios {
        { "saturated", bench::runSaturated },
        { "paced", bench::runPaced },
        { "connect", bench::runConnect },
        { "durable", bench::runDurable },
    };
    const auto scenario = scenarios.find(options.scenario);
    if (scenario == scenarios.end())
        return usage("unknown scenario " + options.scenario);

    bench::raiseDescriptorLimit();
    bench::catchTermination();
    try {
        std::string line;
        for (const auto &[name, value] : scenario->second(options))
            line += (line.empty() ? "{\"" : ", \"") + name + "\": " + std::to_string(value);
        std::printf("%s}\n", line.c_str());
    } catch (const std::exception &error) {
        std::fprintf(stderr, "hearth_load: %s: %s\n", options.scenario.c_str(), error.what());
        return 1;
    }
    return 0;
}
