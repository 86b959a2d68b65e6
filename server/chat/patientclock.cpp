#include "server/chat/patientclock.h"

#include <QLoggingCategory>

#include <utility>

#ifdef Q_OS_LINUX
#include <ctime>
#endif

Q_DECLARE_LOGGING_CATEGORY(lcChat)

namespace hearth {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds Doubt = 24h;
constexpr milliseconds Step = 1min; ///< what a time server corrects at once, and what a clock gains between two looks

milliseconds elapsed()
{
#ifdef Q_OS_LINUX
    timespec time {};
    if (::clock_gettime(CLOCK_BOOTTIME, &time) == 0)
        return milliseconds(time.tv_sec * 1'000 + time.tv_nsec / 1'000'000);
#endif
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

} // namespace

PatientClock::PatientClock(Wall wall, Elapsed elapsed) : m_wall(std::move(wall)), m_elapsed(std::move(elapsed)), m_believed(lead())
{
}

PatientClock PatientClock::ofThisComputer() { return { [] { return QDateTime::currentDateTimeUtc(); }, elapsed }; }

milliseconds PatientClock::lead() const { return milliseconds(m_wall().toMSecsSinceEpoch()) - m_elapsed(); }

QDateTime PatientClock::now()
{
    const milliseconds said = lead();
    const milliseconds since = m_elapsed();
    if (said > m_believed + Step && !m_aheadSince) {
        m_aheadSince = since;
        qCWarning(lcChat).nospace() << "event=clock-ahead seconds="
                                    << std::chrono::duration_cast<std::chrono::seconds>(said - m_believed).count();
    }
    if (said <= m_believed + Step || since - *m_aheadSince >= Doubt) {
        m_believed = said;
        m_aheadSince.reset();
    }
    return QDateTime::fromMSecsSinceEpoch((since + m_believed).count(), Qt::UTC);
}

} // namespace hearth
