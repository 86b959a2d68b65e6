#include "load/process.h"

#include <sys/resource.h>
#include <csignal>
#include <time.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace bench {

namespace {

volatile std::sig_atomic_t terminated = 0;

} // namespace

std::int64_t cpuNanoseconds(pid_t pid)
{
    std::int64_t total = 0;
    std::error_code gone;
    const auto tasks = "/proc/" + std::to_string(pid) + "/task";
    for (const auto &task : std::filesystem::directory_iterator(tasks, gone)) {
        std::ifstream file(task.path() / "schedstat");
        std::int64_t running = 0;
        if (file >> running)
            total += running;
    }
    return total;
}

std::int64_t privateBytes(pid_t pid)
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
    std::int64_t kilobytes = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("Private_", 0) != 0)
            continue;
        std::istringstream fields(line);
        std::string name;
        std::int64_t value = 0;
        if (fields >> name >> value)
            kilobytes += value;
    }
    return kilobytes * 1024;
}

std::int64_t nowNanoseconds()
{
    timespec time {};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return std::int64_t { time.tv_sec } * 1'000'000'000 + time.tv_nsec;
}

void catchTermination()
{
    std::signal(SIGTERM, [](int) { terminated = 1; });
}

bool isTerminated() { return terminated != 0; }

std::int64_t raiseDescriptorLimit()
{
    rlimit limit {};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<std::int64_t>(limit.rlim_cur);
}

} // namespace bench
