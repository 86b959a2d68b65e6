#pragma once

#include "server/store/sqliteeventstore.h"
#include "tests/support/awaited.h"

namespace hearth::test {

/// Opens the store in `directory` and says a little of everything there, unless it was said before. Nothing when it
/// cannot be opened. The room is `lobby`; seq 1 and 2 made anna and bo its members, 3 is edited, 4 deleted, 5 has a
/// reaction, 9 mentions bo.
[[nodiscard]] inline std::unique_ptr<SqliteEventStore> openFilled(const QString &directory)
{
    using namespace Qt::Literals::StringLiterals;
    auto opened = SqliteEventStore::open({ .directory = directory, .sync = SqliteSettings::Sync::Normal }, nullptr);
    if (!opened)
        return nullptr;
    auto store = *std::move(opened);
    const UserName anna = UserName::parse(u"anna"_s).value();
    const UserName bo = UserName::parse(u"bo"_s).value();
    const auto say = [&](const UserName &user, const EventBody &body, const QList<UserName> &named = {}) {
        store->append({ .room = RoomId::lobby(), .user = user, .body = body, .mentions = named, .notify = named },
                      [](const auto &) {});
    };
    Awaited<UserRecord, StoreError> added;
    store->addUser({ .name = anna }, added.callback());
    if (!added.result())
        return store;
    store->addUser({ .name = bo }, [](const auto &) {});
    store->createRoom({ .id = RoomId::lobby(), .name = u"Lobby"_s, .creator = anna }, { anna, bo }, [](const auto &) {});
    for (int i = 3; i <= 5; ++i)
        say(anna, MessagePosted { u"message number %1"_s.arg(i), ClientId::generate(), {} });
    say(anna, MessageEdited { Seq(3), u"as it should read"_s });
    say(anna, MessageDeleted { Seq(4) });
    say(bo, ReactionChanged { Seq(5), u"👍"_s, true });
    say(anna, MessagePosted { u"@bo look"_s, ClientId::generate(), {} }, { bo });
    Awaited<Seq, StoreError> marked; // behind all of that in the queue
    store->markRead(RoomId::lobby(), bo, Seq(5), marked.callback());
    if (!marked.result())
        return nullptr;
    return store;
}

} // namespace hearth::test
