// fault_client: the client library without a window, driven by a seed. Posts so many messages, so many milliseconds
// apart, and writes a Journal; goes when all of them are acknowledged and it is told that the others have finished. Whoever kills it starts it again with the same
// data directory.

#include "client/roomlistmodel.h"
#include "client/session.h"
#include "client/timelinemodel.h"
#include "protocol/serverframes.h"
#include "tests/faults/journal.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QRandomGenerator>
#include <QTimer>

using namespace hearth;
using namespace hearth::test;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int LookMs = 10; ///< how often its timelines are looked at for what was acknowledged
constexpr int QuietMs = 1'500; ///< with nothing new, before the end

RoomId room(const QString &id) { return *RoomId::parse(id); }

class FaultClient : public QObject
{
public:
    struct Script
    {
        SessionSettings session;
        QString journalFile;
        QString endFile; ///< it does not go before this is there
        QString prefix; ///< of its messages: two of its lives never say the same
        int posts = 0;
        int pauseMs = 0;
        quint32 seed = 0;
    };

    explicit FaultClient(const Script &script)
        : m_script(script), m_random(script.seed), m_session(script.session), m_journal(script.journalFile)
    {
        for (const QJsonObject &line : readJournal(script.journalFile)) {
            if (line["what"_L1].toString() == "posted"_L1)
                m_waiting.insert(line["id"_L1].toString(), line["room"_L1].toString());
            else if (line["what"_L1].toString() == "acked"_L1)
                m_waiting.remove(line["id"_L1].toString());
        }
        m_journal.write("started"_L1);
        connect(&m_session, &Session::statusChanged, this, [this](const ConnectionStatus &status) {
            if (status.state == ConnectionStatus::State::Online && !m_session.rooms()->summary(room(u"ops"_s)))
                m_session.joinRoom(room(u"ops"_s));
        });
        connect(&m_postTimer, &QTimer::timeout, this, &FaultClient::post);
        connect(&m_lookTimer, &QTimer::timeout, this, &FaultClient::look);
        m_postTimer.start(script.pauseMs);
        m_lookTimer.start(LookMs);
        m_session.open();
    }

private:
    void post()
    {
        if (m_posted == m_script.posts) {
            m_postTimer.stop();
            return;
        }
        const bool isMember = m_session.rooms()->summary(room(u"ops"_s)).has_value();
        const QString where = isMember && m_random.bounded(2) == 0 ? u"ops"_s : u"lobby"_s;
        const QString content = u"%1 says %2"_s.arg(m_script.prefix).arg(++m_posted);
        m_journal.write("posting"_L1, { { "content"_L1, content } });
        const QString id = m_session.post(room(where), content).toString();
        m_waiting.insert(id, where);
        m_journal.write("posted"_L1, { { "id"_L1, id }, { "room"_L1, where }, { "content"_L1, content } });
    }

    void look()
    {
        m_waiting.removeIf([this](auto it) {
            const TimelineModel *timeline = m_session.timeline(room(it.value()));
            const int row = timeline->rowOf(*ClientId::parse(it.key()));
            if (row < 0)
                return false;
            const auto at = timeline->index(row, 0);
            const auto delivery = static_cast<TimelineModel::Delivery>(at.data(TimelineModel::DeliveryRole).toInt());
            if (delivery != TimelineModel::Delivery::Sent)
                return false;
            m_journal.write("acked"_L1, { { "id"_L1, it.key() }, { "room"_L1, it.value() },
                                          { "seq"_L1, at.data(TimelineModel::SeqRole).value<Seq>().value() } });
            return true;
        });
        const bool isBusy = !QFile::exists(m_script.endFile) || m_posted < m_script.posts || m_session.unsentCount() > 0
            || m_session.status().state != ConnectionStatus::State::Online;
        m_quietFor = isBusy ? 0 : m_quietFor + LookMs;
        if (m_quietFor >= QuietMs)
            end();
    }

    void end()
    {
        m_lookTimer.stop();
        m_journal.write("settled"_L1);
        for (const QString &id : { u"lobby"_s, u"ops"_s })
            m_journal.write("snapshot"_L1, { { "room"_L1, id }, { "messages"_L1, rows(*m_session.timeline(room(id))) } });
        m_journal.write("ended"_L1);
        m_session.close();
        QCoreApplication::quit();
    }

    [[nodiscard]] static QJsonArray rows(const TimelineModel &timeline)
    {
        QJsonArray messages;
        for (int row = 0; row < timeline.rowCount(); ++row) {
            const auto at = timeline.index(row, 0);
            if (static_cast<TimelineModel::Delivery>(at.data(TimelineModel::DeliveryRole).toInt()) != TimelineModel::Delivery::Sent)
                continue;
            QJsonArray reactions;
            for (const ReactionSummary &reaction : at.data(TimelineModel::ReactionsRole).value<QList<ReactionSummary>>()) {
                QJsonArray users;
                for (const UserName &user : reaction.users)
                    users.append(user.toString());
                reactions.append(QJsonObject { { "emoji"_L1, reaction.emoji }, { "users"_L1, users } });
            }
            messages.append(QJsonObject { { "seq"_L1, at.data(TimelineModel::SeqRole).value<Seq>().value() },
                                          { "user"_L1, at.data(TimelineModel::UserRole).value<UserName>().toString() },
                                          { "content"_L1, at.data(TimelineModel::ContentRole).toString() },
                                          { "deleted"_L1, at.data(TimelineModel::DeletedRole).toBool() },
                                          { "reactions"_L1, reactions } });
        }
        return messages;
    }

    Script m_script;
    QRandomGenerator m_random;
    Session m_session;
    Journal m_journal;
    QMap<QString, QString> m_waiting; // not seen acknowledged: id → room
    int m_posted = 0;
    int m_quietFor = 0;
    QTimer m_postTimer;
    QTimer m_lookTimer;
};

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1");
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    for (const QString &option : { u"url"_s, u"user"_s, u"data"_s, u"journal"_s, u"end"_s, u"prefix"_s, u"posts"_s, u"pause"_s, u"seed"_s })
        parser.addOption({ option, option, option });
    parser.process(app);
    FaultClient client({ .session = { .url = QUrl(parser.value(u"url"_s)), .user = *UserName::parse(parser.value(u"user"_s)),
                                      .password = {}, .dataDirectory = parser.value(u"data"_s) },
                         .journalFile = parser.value(u"journal"_s),
                         .endFile = parser.value(u"end"_s),
                         .prefix = parser.value(u"prefix"_s),
                         .posts = parser.value(u"posts"_s).toInt(),
                         .pauseMs = parser.value(u"pause"_s).toInt(),
                         .seed = parser.value(u"seed"_s).toUInt() });
    return QCoreApplication::exec();
}
