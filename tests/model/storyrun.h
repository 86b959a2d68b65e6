#pragma once

#include "tests/chat/chattestkit.h"
#include "tests/chat/frameaudit.h"
#include "tests/model/referencemodel.h"
#include "tests/model/step.h"

#include <QTemporaryDir>

#include <atomic>
#include <memory>
#include <vector>

namespace hearth::test {

/// What one connection holds of a room: a page of `history`, and what the events since made of it.
struct Kept
{
    QList<MessageSnapshot> messages;
    Seq upTo;
};

/// One person's connection. It says typed frames, and keeps what it hears until somebody looks.
class Person
{
public:
    Person(const UserName &user, const QString &token, const QStringList &features)
        : m_user(user), m_token(token), m_features(features)
    {
    }

    [[nodiscard]] const UserName &user() const { return m_user; }
    [[nodiscard]] const QString &token() const { return m_token; }
    /// A new connection that says `hello`.
    [[nodiscard]] Welcome arrive(Chat &chat);
    void vanish() { m_client.reset(); }
    void leave();
    [[nodiscard]] ServerFrame ask(const ClientFrame &frame) { return await(send(frame)); }
    /// Two halves of `ask`, for several who ask at once.
    [[nodiscard]] qint64 send(const ClientFrame &frame);
    [[nodiscard]] ServerFrame await(qint64 id);
    /// What came beside the replies, since the last call.
    [[nodiscard]] QList<ServerFrame> takeHeard() { return std::exchange(m_heard, {}); }
    [[nodiscard]] const std::vector<FrameAudit> &audits() const { return m_audits; }

    QHash<RoomId, Kept> kept;

private:
    UserName m_user;
    QString m_token;
    QStringList m_features;
    std::unique_ptr<Client> m_client;
    qint64 m_lastId = 0;
    QList<ServerFrame> m_heard;
    std::vector<FrameAudit> m_audits; ///< one a connection
};

/// One story, told to the real chat and to the model at once. Fails the RapidCheck property at the first word that
/// differs.
class StoryRun
{
public:
    /// What stands between the chat and its store; empty: nothing.
    using Decorate = ChatParts::Decorate;

    StoryRun(const Story &story, const Decorate &decorate);
    void run();

private:
    void open();
    void take(const Step &step);
    [[nodiscard]] Seq targetOf(const Step &step, const Person &person) const;
    [[nodiscard]] ClientFrame requestOf(const Step &step, const Person &person) const;
    [[nodiscard]] RoomId roomOf(const Step &step) const;
    void act(Person &person, const ClientFrame &request);
    void comeBack(Person &person, bool isResuming);
    void restart(bool isResuming);
    void expire();
    void forget(Person &person, const RoomId &room, Seq firstSeq);

    void checkReply(const ClientFrame &request, const ServerFrame &reply, const Outcome &outcome);
    void checkHeard(Person &person, const Person *actor, const ClientFrame *request, const Outcome &outcome);
    void checkRooms(const Person &person, const QList<RoomSummary> &listed, bool areAllVisible);
    void checkSnapshots();
    void checkOutsider(const Step &step);
    void checkLogs();
    void checkAudits();
    void lookAround(const Person *actor, const ClientFrame *request, const Outcome &outcome);
    void catchUp(Person &person);
    void fold(Person &person, const RoomEvent &event);
    void furnish();
    [[nodiscard]] QList<MessageSnapshot> history(Person &person, const RoomId &room);
    void require(bool isSo, const QString &what) const;
    [[noreturn]] void fail(const QString &what) const;
    [[nodiscard]] QDateTime now() const;

    const Story &m_story;
    ChatParts m_parts;
    QTemporaryDir m_directory;
    std::shared_ptr<std::atomic<qint64>> m_clock; ///< milliseconds; the store's thread reads it
    ReferenceModel m_model;
    std::unique_ptr<Chat> m_chat;
    std::vector<Person> m_people;
    std::size_t m_step = 0;
    QSet<RoomId> m_later; ///< begin later than before this step
    bool m_hasExpired = false; ///< anything
};

} // namespace hearth::test
