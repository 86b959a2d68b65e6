#pragma once

#include "client/backoff.h"
#include "tests/faults/journal.h"

#include <QHash>
#include <QObject>
#include <QRandomGenerator>
#include <QTimer>
#include <QUrl>
#include <QWebSocket>

#include <functional>
#include <memory>

namespace hearth::test {

/// A client of the protocol with nothing of the client library in it, which writes a Journal. Under load it does what
/// people do, at random: it posts bursts, edits, deletes, reacts, reads, leaves and joins rooms, and now and then its
/// connection breaks. What was not acknowledged it sends again, under the same `client_id`, after the next `welcome`.
/// More members than eight: it is a whole client, kept in one file so that it can be read beside docs/protocol.md.
class JournalClient : public QObject
{
    Q_OBJECT

public:
    struct Settings
    {
        QUrl url;
        QString user;
        QString journalFile;
        quint32 seed = 0;
        bool breaksOff = true; ///< breaks its own connection now and then
        bool wanders = true; ///< leaves and joins rooms
        int longestRetryMs = 400;
    };

    explicit JournalClient(const Settings &settings);
    ~JournalClient() override;

    void open();
    void setUrl(const QUrl &url) { m_settings.url = url; }
    void createRoom(const QString &room, const QString &kind);
    void join(const QString &room);
    void invite(const QString &room, const QString &user);
    /// Starts or ends the load; `pauseMs` between two deeds.
    void work(int pauseMs);
    void rest();
    void post(const QString &room);
    void breakOff();
    /// Fetches what is missing and a fresh snapshot of each room; `isSettled()` when all of it is there.
    void settle();

    [[nodiscard]] bool isWelcomed() const { return m_isWelcomed; }
    /// Welcomed, with nothing unacknowledged and no answer outstanding.
    [[nodiscard]] bool isIdle() const { return m_isWelcomed && m_unacknowledged.isEmpty() && m_requests.isEmpty(); }
    [[nodiscard]] bool isSettled() const { return m_isSettled; }
    [[nodiscard]] bool isMember(const QString &room) const { return m_rooms.contains(room); }
    [[nodiscard]] qint64 acknowledged() const { return m_acknowledged; }
    [[nodiscard]] qint64 unacknowledged() const { return m_unacknowledged.size(); }
    [[nodiscard]] QString user() const { return m_settings.user; }
    [[nodiscard]] QString journalFile() const { return m_settings.journalFile; }
    [[nodiscard]] QString lastError() const { return m_lastError; } ///< code of the last refusal
    [[nodiscard]] int closeCode() const { return m_closeCode; } ///< of the last connection that was welcomed and lost
    [[nodiscard]] QString state(const QString &user) const { return m_states.value(user); }
    /// Asks for the newest messages of a room; tells how many came.
    void look(const QString &room, std::function<void(qsizetype)> done);
    /// Milliseconds that the next `ping` takes to be answered, by callback.
    void ping(std::function<void(qint64)> done);

signals:
    void acked(qint64 seq);
    void welcomed();

private:
    struct Message
    {
        QString id;
        QString room;
        QString content;
    };
    struct Room
    {
        qint64 applied = 0;
        bool isSyncing = false;
        bool hasMissed = false; ///< something came that was not the next event
        QList<qint64> own; ///< seqs of own messages, for edits
        QList<qint64> others;
    };
    using Reply = std::function<void(const QJsonObject &)>;

    void connectNow();
    void disconnected();
    void send(QJsonObject frame, Reply onReply = {});
    void sendMessage(const Message &message);
    void resend();
    void receive(const QJsonObject &frame);
    void takeWelcome(const QJsonObject &welcome);
    void takeAck(const QJsonObject &ack);
    void takeError(const QJsonObject &error);
    void takeEvent(const QJsonObject &event, bool isLive);
    void enter(const QString &room, qint64 lastSeq);
    void exit(const QString &room);
    void sync(const QString &room);
    void snapshot(const QString &room);
    void act();
    void changeSomething(const QString &room);
    [[nodiscard]] QString anyRoom();
    [[nodiscard]] quint32 below(quint32 bound) { return m_random.bounded(bound); }

    Settings m_settings;
    Journal m_journal;
    QRandomGenerator m_random;
    Backoff m_backoff;
    std::unique_ptr<QWebSocket> m_socket;
    QTimer m_retryTimer;
    QTimer m_resendTimer;
    QTimer m_workTimer;
    QString m_token;
    bool m_isWelcomed = false;
    bool m_isOpen = false;
    bool m_isSettled = false;
    bool m_settling = false;
    qint64 m_nextId = 0;
    qint64 m_nextMessage = 0;
    qint64 m_acknowledged = 0;
    QHash<qint64, Reply> m_requests; // by id; messages are not among them
    QList<Message> m_unacknowledged;
    QHash<QString, Room> m_rooms;
    QStringList m_publicRooms;
    QString m_lastError;
    int m_closeCode = 0;
    QHash<QString, QString> m_states;
};

} // namespace hearth::test
