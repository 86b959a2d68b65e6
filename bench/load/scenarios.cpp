#include "load/scenarios.h"

#include "load/crowd.h"
#include "load/process.h"
#include "load/shifts.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>
#include <limits>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace bench {

namespace {

constexpr std::int64_t Second = 1'000'000'000;

/// The sender's number from `"user":"u17"`, or -1.
int senderOf(std::string_view payload)
{
    const auto at = payload.find("\"user\":\"u");
    return at == std::string_view::npos ? -1 : std::atoi(payload.data() + at + 9);
}

std::string frameFrom(const Options &options, int sender)
{
    const std::string user = "\"user\":\"u" + std::to_string(sender) + "\"";
    if (options.frame == "typing")
        return "{\"type\":\"typing\"," + user + ",\"is_typing\":true}";
    return "{\"type\":\"message\"," + user + ",\"content\":\""
        + std::string(static_cast<std::size_t>(options.payload), 'x') + "\"}";
}

/// Clients 0 … rooms × members − 1, room by room, then the idle ones.
void populate(Crowd &crowd, const Options &options)
{
    const auto path = [&](int i) {
        return options.rooms == 1 ? options.path : options.path + "/r" + std::to_string(i / options.members);
    };
    if (!crowd.connect(options.rooms * options.members, path)
        || !crowd.connect(options.idle, [&](int) { return options.path + "/quiet"; }))
        throw std::runtime_error("the server did not take all connections");
}

class Welcomes final : public FrameHandler
{
public:
    void frame(Client &, std::string_view payload) override
    {
        if (payload.find("\"type\":\"welcome\"") != std::string_view::npos)
            ++m_count;
    }
    [[nodiscard]] int count() const { return m_count; }

private:
    int m_count = 0;
};

/// Every client says who it is, no more at once than a server looks at whose users have passwords of their own.
void introduce(Crowd &crowd, const std::string &password)
{
    constexpr int AtOnce = 16; // PasswordGate::MaxPerAddress
    Welcomes welcomes;
    for (int first = 0; first < crowd.size(); first += AtOnce) {
        const int end = std::min(first + AtOnce, crowd.size());
        for (int i = first; i < end; ++i)
            crowd.send(i, "{\"type\":\"hello\",\"user\":\"u" + std::to_string(i) + "\",\"password\":\"" + password + "\"}");
        crowd.run(welcomes, nowNanoseconds() + 60 * Second, [&] { return welcomes.count() == end; });
        if (welcomes.count() < end)
            throw std::runtime_error("the server did not welcome all clients");
    }
}

/// The quantile `q` of nanoseconds, in microseconds; changes their order.
double microsecondsAt(double q, std::vector<std::int64_t> &samples)
{
    if (samples.empty())
        return 0;
    const auto at = static_cast<std::size_t>(q * static_cast<double>(samples.size() - 1));
    std::nth_element(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(at), samples.end());
    return static_cast<double>(samples[at]) / 1000.0;
}

/// Hears acks: one full session's `{"type":"ack",…}`.
class Acks final : public FrameHandler
{
public:
    void frame(Client &, std::string_view payload) override
    {
        if (payload.find("\"type\":\"welcome\"") != std::string_view::npos)
            m_isWelcome = true;
        if (payload.find("\"type\":\"ack\"") == std::string_view::npos)
            return;
        ++m_count;
        m_samples.push_back(nowNanoseconds() - m_sent.front());
        m_sent.pop_front();
    }
    void sent() { m_sent.push_back(nowNanoseconds()); }
    void forget() { m_samples.clear(), m_count = 0; }
    [[nodiscard]] bool isWelcome() const { return m_isWelcome; }
    [[nodiscard]] int inFlight() const { return static_cast<int>(m_sent.size()); }
    [[nodiscard]] std::int64_t count() const { return m_count; }
    [[nodiscard]] double quantile(double q) { return microsecondsAt(q, m_samples); }

private:
    bool m_isWelcome = false;
    std::int64_t m_count = 0;
    std::deque<std::int64_t> m_sent; ///< acks come in the order of the messages
    std::vector<std::int64_t> m_samples;
};

/// A full session that writes durable messages, into the lobby or into a room that it makes.
class Writer
{
public:
    Writer(Crowd &crowd, int client, const Options &options, const std::string &newRoom = {})
        : m_crowd(crowd), m_client(client), m_run(std::to_string(nowNanoseconds())),
          m_end(std::string("\",\"content\":\"") + std::string(static_cast<std::size_t>(options.payload), 'x')
                + (newRoom.empty() ? "\"}" : "\",\"room\":\"" + newRoom + "\"}"))
    {
        crowd.send(client, R"({"type":"hello","id":0,"user":"bench"})");
        crowd.run(m_acks, nowNanoseconds() + 5 * Second, [this] { return m_acks.isWelcome(); });
        if (!m_acks.isWelcome())
            throw std::runtime_error("no welcome");
        if (!newRoom.empty())
            crowd.send(client, "{\"type\":\"create_room\",\"room\":\"" + newRoom + "\",\"name\":\"" + newRoom + "\",\"topic\":\"\",\"kind\":\"public\"}");
    }

    void write()
    {
        m_acks.sent();
        m_crowd.send(m_client, "{\"type\":\"message\",\"client_id\":\"" + m_run + "-" + std::to_string(m_number++) + m_end);
    }
    [[nodiscard]] int client() const { return m_client; }
    [[nodiscard]] Acks &acks() { return m_acks; }

private:
    Crowd &m_crowd;
    int m_client;
    std::string m_run;
    std::string m_end; ///< of each message, behind its number
    std::int64_t m_number = 0;
    Acks m_acks;
};

/// Counts deliveries, and tells each sender of its own message's return.
class Echoes final : public FrameHandler
{
public:
    explicit Echoes(std::vector<bool> isSender) : m_isSender(std::move(isSender)) { }

    void frame(Client &client, std::string_view payload) override
    {
        ++m_deliveries;
        if (m_isSender[static_cast<std::size_t>(client.index())] && senderOf(payload) == client.index())
            m_returned.push_back(client.index());
    }
    [[nodiscard]] std::int64_t deliveries() const { return m_deliveries; }
    [[nodiscard]] std::vector<int> takeReturned() { return std::exchange(m_returned, {}); }

private:
    std::vector<bool> m_isSender;
    std::vector<int> m_returned;
    std::int64_t m_deliveries = 0;
};

/// Notes when each sender spoke and, at every delivery, how long that took: apart for what was said while a writer wrote.
class Stopwatch final : public FrameHandler
{
public:
    Stopwatch(int clients, int senders)
        : m_senders(senders), m_sent(static_cast<std::size_t>(senders)),
          m_heard(static_cast<std::size_t>(clients) * static_cast<std::size_t>(senders), 0)
    {
    }

    void spoke(int sender, Shift shift) { m_sent[static_cast<std::size_t>(sender)].push_back({ nowNanoseconds(), shift }); }
    void frame(Client &client, std::string_view payload) override
    {
        const int sender = senderOf(payload);
        if (sender < 0 || sender >= m_senders)
            return;
        auto &heard = m_heard[static_cast<std::size_t>(client.index() * m_senders + sender)];
        const auto &sent = m_sent[static_cast<std::size_t>(sender)];
        if (heard == sent.size())
            return;
        const Spoken &spoken = sent[heard++];
        m_samples[spoken.shift].push_back(nowNanoseconds() - spoken.at);
    }
    void forget()
    {
        for (auto &samples : m_samples)
            samples.clear();
    }
    [[nodiscard]] std::int64_t count(Shift shift) const { return static_cast<std::int64_t>(m_samples[shift].size()); }
    [[nodiscard]] double quantile(double q, Shift shift) { return microsecondsAt(q, m_samples[shift]); }

private:
    struct Spoken
    {
        std::int64_t at;
        Shift shift;
    };

    int m_senders;
    std::vector<std::vector<Spoken>> m_sent;
    std::vector<std::size_t> m_heard; ///< messages of each sender that each client has had
    std::array<std::vector<std::int64_t>, 2> m_samples;
};

/// Gives the writer, if there is one, what it hears, and everything else to the stopwatch.
class Heard final : public FrameHandler
{
public:
    Heard(Stopwatch &stopwatch, Writer *writer) : m_stopwatch(stopwatch), m_writer(writer) { }

    void frame(Client &client, std::string_view payload) override
    {
        if (m_writer != nullptr && client.index() == m_writer->client())
            m_writer->acks().frame(client, payload);
        else
            m_stopwatch.frame(client, payload);
    }

private:
    Stopwatch &m_stopwatch;
    Writer *m_writer;
};

double microseconds(std::int64_t nanoseconds, std::int64_t per)
{
    return per > 0 ? static_cast<double>(nanoseconds) / 1000.0 / static_cast<double>(per) : 0;
}

} // namespace

Figures runSaturated(const Options &options)
{
    Crowd crowd(options.port);
    populate(crowd, options);

    // The same number of senders in each room, each with its share of what may be on its way.
    const int senders = options.rooms == 1 ? std::min(8, options.members) : options.rooms;
    const int share = std::max(1, options.inFlight / senders);
    std::vector<bool> isSender(static_cast<std::size_t>(crowd.size()), false);
    std::vector<std::string> frames(static_cast<std::size_t>(crowd.size()));
    const auto clientOf = [&](int sender) { return options.rooms == 1 ? sender : sender * options.members; };
    for (int s = 0; s < senders; ++s) {
        isSender[static_cast<std::size_t>(clientOf(s))] = true;
        frames[static_cast<std::size_t>(clientOf(s))] = frameFrom(options, clientOf(s));
    }
    Echoes echoes(isSender);
    const auto say = [&](int client) { crowd.send(client, frames[static_cast<std::size_t>(client)]); };
    for (int i = 0; i < share; ++i) {
        for (int s = 0; s < senders; ++s)
            say(clientOf(s));
    }
    const auto keepGoing = [&](std::int64_t until) {
        crowd.run(echoes, until, [&] {
            for (const int client : echoes.takeReturned())
                say(client);
            return crowd.closedCount() > 0;
        });
        if (crowd.closedCount() > 0)
            throw std::runtime_error("the server closed a connection");
    };
    keepGoing(nowNanoseconds() + Second);
    const std::int64_t before = echoes.deliveries();
    const std::int64_t cpu = cpuNanoseconds(options.server);
    const std::int64_t start = nowNanoseconds();
    keepGoing(start + options.seconds * Second);
    const std::int64_t delivered = echoes.deliveries() - before;
    const std::int64_t spent = cpuNanoseconds(options.server) - cpu;
    const std::int64_t elapsed = nowNanoseconds() - start;
    return { { "deliveries", static_cast<double>(delivered) },
             { "deliveries_per_second", static_cast<double>(delivered) * 1e9 / static_cast<double>(elapsed) },
             { "cpu_us_per_delivery", microseconds(spent, delivered) },
             { "server_busy", static_cast<double>(spent) / static_cast<double>(elapsed) } };
}

Figures runPaced(const Options &options)
{
    Crowd crowd(options.port, options.addresses);
    populate(crowd, options);
    if (!options.password.empty())
        introduce(crowd, options.password);
    const int senders = options.rooms == 1 ? std::min(options.senders, options.members) : options.rooms;
    const auto clientOf = [&](int sender) { return options.rooms == 1 ? sender : sender * options.members; };
    std::vector<std::string> frames;
    for (int s = 0; s < senders; ++s)
        frames.push_back(frameFrom(options, s));

    std::unique_ptr<Writer> writer;
    if (options.durablePerSecond > 0) {
        if (!crowd.connect(1, [&](int) { return options.path; }))
            throw std::runtime_error("the server did not take the writer's connection");
        writer = std::make_unique<Writer>(crowd, crowd.size() - 1, options, "durable");
    }
    Stopwatch stopwatch(crowd.size(), senders);
    Heard heard(stopwatch, writer.get());
    const std::int64_t gap = Second * options.members / options.deliveriesPerSecond;
    const std::int64_t writerGap = writer ? Second / options.durablePerSecond : 0;
    constexpr auto Never = std::numeric_limits<std::int64_t>::max();
    const std::int64_t start = nowNanoseconds();
    std::int64_t next = start;
    std::int64_t nextWrite = Never;
    Shifts shifts(options.server);
    int turn = 0;
    const auto keepGoing = [&](std::int64_t until) {
        while (nowNanoseconds() < until && !isTerminated()) {
            const Shift shift = writer ? shifts.now() : Quiet;
            if (shift == Quiet && nextWrite != Never) {
                if (writer->acks().inFlight() > options.durablePerSecond / 10)
                    throw std::runtime_error("the server is a tenth of a second behind with durable messages");
                nextWrite = Never;
            } else if (shift == Writing && nextWrite == Never) {
                nextWrite = nowNanoseconds();
            }
            if (nowNanoseconds() >= next) {
                const int sender = turn++ % senders;
                stopwatch.spoke(sender, shift);
                crowd.send(clientOf(sender), frames[static_cast<std::size_t>(sender)]);
                next += gap;
            }
            if (nowNanoseconds() >= nextWrite) {
                writer->write();
                nextWrite += writerGap;
            }
            // Asleep in between, whatever else is going on: waking whoever hears is a part of each server's work.
            const std::int64_t due = std::min({ next, nextWrite, writer ? shifts.next() : Never });
            crowd.run(heard, std::min(due, until), [&] { return nowNanoseconds() >= due; });
        }
        if (crowd.closedCount() > 0)
            throw std::runtime_error("the server closed a connection");
    };
    keepGoing(start + Second);
    stopwatch.forget();
    if (writer)
        writer->acks().forget();
    if (options.announces)
        std::fputs("measuring\n", stderr);
    shifts.start();
    keepGoing(start + Second + options.seconds * Second);
    shifts.settle();
    const Shift told = writer ? Writing : Quiet;
    Figures figures { { "deliveries", static_cast<double>(stopwatch.count(Writing) + stopwatch.count(Quiet)) },
                      { "cpu_us_per_delivery", microseconds(shifts.spent(told), stopwatch.count(told)) },
                      { "p50_us", stopwatch.quantile(0.5, told) },
                      { "p99_us", stopwatch.quantile(0.99, told) } };
    if (writer) {
        if (writer->acks().count() == 0)
            throw std::runtime_error("no durable message was acknowledged");
        figures.merge(Figures { { "durable_per_second", static_cast<double>(writer->acks().count()) * 1e9 / static_cast<double>(shifts.lasted(Writing)) },
                                { "durable_p50_us", writer->acks().quantile(0.5) },
                                { "durable_p99_us", writer->acks().quantile(0.99) },
                                { "without_cpu_us_per_delivery", microseconds(shifts.spent(Quiet), stopwatch.count(Quiet)) },
                                { "without_p50_us", stopwatch.quantile(0.5, Quiet) },
                                { "without_p99_us", stopwatch.quantile(0.99, Quiet) } });
    }
    return figures;
}

Figures runConnect(const Options &options)
{
    Crowd crowd(options.port);
    const std::int64_t memory = privateBytes(options.server);
    const std::int64_t cpu = cpuNanoseconds(options.server);
    const std::int64_t start = nowNanoseconds();
    if (!crowd.connect(options.members, [&](int) { return options.path; }))
        throw std::runtime_error("the server did not take all connections");
    const std::int64_t elapsed = nowNanoseconds() - start;
    const std::int64_t spent = cpuNanoseconds(options.server) - cpu;
    // What idles is what is left when everything that follows a connection has happened.
    Echoes nobody(std::vector<bool>(static_cast<std::size_t>(crowd.size()), false));
    crowd.run(nobody, nowNanoseconds() + 2 * Second);
    return { { "seconds", static_cast<double>(elapsed) / 1e9 },
             { "cpu_us_per_connection", microseconds(spent, options.members) },
             { "bytes_per_connection",
               static_cast<double>(privateBytes(options.server) - memory) / options.members } };
}

Figures runDurable(const Options &options)
{
    Crowd crowd(options.port);
    if (!crowd.connect(1, [&](int) { return options.path; }))
        throw std::runtime_error("the server did not take the connection");
    Writer writer(crowd, 0, options);
    Acks &acks = writer.acks();
    const auto fill = [&] {
        while (acks.inFlight() < options.inFlight)
            writer.write();
        return crowd.closedCount() > 0;
    };
    crowd.run(acks, nowNanoseconds() + Second, fill);
    acks.forget();
    const std::int64_t cpu = cpuNanoseconds(options.server);
    const std::int64_t start = nowNanoseconds();
    crowd.run(acks, start + options.seconds * Second, fill);
    const std::int64_t elapsed = nowNanoseconds() - start;
    const std::int64_t spent = cpuNanoseconds(options.server) - cpu;
    if (crowd.closedCount() > 0)
        throw std::runtime_error("the server closed the connection");
    return { { "acks_per_second", static_cast<double>(acks.count()) * 1e9 / static_cast<double>(elapsed) },
             { "cpu_us_per_message", microseconds(spent, acks.count()) },
             { "p50_us", acks.quantile(0.5) },
             { "p99_us", acks.quantile(0.99) } };
}

} // namespace bench
