#include "client/localstore.h"

#include "protocol/token.h"

#include <QPointer>

namespace hearth {

namespace {

constexpr char InKeychain = '@'; ///< before a token's name in place of the token, which has no such character

} // namespace

LocalStore::LocalStore(const QString &directory, std::shared_ptr<Keychain> keychain, QObject *parent)
    : QObject(parent), m_worker(new QObject), m_keychain(std::move(keychain))
{
    m_thread.setObjectName(QStringLiteral("local-store"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.start();
    QMetaObject::invokeMethod(m_worker, [this] { m_database = std::make_unique<LocalDatabase>(); });
    change([directory](LocalDatabase &database) { return database.open(directory); });
}

LocalStore::~LocalStore()
{
    // Queued behind everything that was asked for.
    QMetaObject::invokeMethod(m_worker, [this] {
        m_database.reset();
        m_thread.quit();
    });
    m_thread.wait();
}

void LocalStore::run(std::function<std::function<void()>(LocalDatabase &)> work)
{
    QMetaObject::invokeMethod(m_worker, [this, work = std::move(work)] {
        QMetaObject::invokeMethod(this, work(*m_database), Qt::QueuedConnection);
    });
}

void LocalStore::change(std::function<LocalDatabase::Outcome<>(LocalDatabase &)> work)
{
    run([this, work = std::move(work)](LocalDatabase &database) -> std::function<void()> {
        const auto done = work(database);
        if (done)
            return [] {};
        return [this, detail = done.error()] { tellFailure(detail); };
    });
}

void LocalStore::tellFailure(const QString &detail)
{
    if (!std::exchange(m_hasFailed, true))
        emit failed(detail);
}

QString LocalStore::placeOf(QUrl url)
{
    url.setScheme(QStringLiteral("ws"));
    return url.toString();
}

void LocalStore::bindAddress(const QString &url, const UserName &user)
{
    run([this, url, user](LocalDatabase &database) -> std::function<void()> {
        const auto state = database.bindAddress(url, user);
        return [this, state, user] {
            if (!state)
                tellFailure(state.error());
            LocalState loaded = state.value_or(LocalState {});
            loaded.user = user;
            tellState(loaded);
        };
    });
}

void LocalStore::tellState(LocalState state)
{
    const int binding = ++m_binding;
    m_tokenName.clear();
    m_keptToken.clear();
    m_isKeychainRefusing = false;
    if (!state.token.startsWith(QLatin1Char(InKeychain))) {
        emit stateLoaded(state);
        return;
    }
    m_tokenName = state.token.sliced(1);
    state.token.clear();
    state.isTokenLocked = true;
    if (!m_keychain) {
        emit stateLoaded(state);
        return;
    }
    m_keychain->read(m_tokenName, [self = QPointer(this), state, binding](const Keychain::Found &found) mutable {
        if (!self || self->m_binding != binding)
            return;
        state.isTokenLocked = found.isRefused;
        state.isTokenInKeychain = true;
        state.token = self->m_keptToken = found.secret;
        emit self->stateLoaded(state);
    });
}

void LocalStore::bindServer(const ServerInfo &server, const UserName &user)
{
    run([this, server, user](LocalDatabase &database) -> std::function<void()> {
        const auto state = database.bindServer(server);
        return [this, state, server, user] {
            if (!state)
                tellFailure(state.error());
            LocalState loaded = state.value_or(LocalState {});
            loaded.server = server;
            loaded.user = user;
            tellState(loaded);
        };
    });
}

void LocalStore::loadKey(const QString &serverId)
{
    run([this, serverId](LocalDatabase &database) -> std::function<void()> {
        const auto key = database.keyOf(serverId);
        return [this, key, serverId] {
            if (!key)
                tellFailure(key.error());
            emit keyLoaded(serverId, key.value_or(Fingerprint()));
        };
    });
}

void LocalStore::saveKey(const QString &serverId, const Fingerprint &key)
{
    run([this, serverId, key](LocalDatabase &database) -> std::function<void()> {
        const auto dead = database.saveKey(serverId, key);
        return [this, dead] {
            if (!dead)
                tellFailure(dead.error());
            for (const QString &token : dead.value_or(QStringList()))
                removeSecret(token);
        };
    });
}

void LocalStore::removeSecret(const QString &token)
{
    if (m_keychain && token.startsWith(QLatin1Char(InKeychain)))
        m_keychain->remove(token.sliced(1), [](bool) {}); // nothing leads to one that stays
}

void LocalStore::saveAddress(const QString &serverId)
{
    change([serverId](LocalDatabase &database) { return database.saveAddress(serverId); });
}

void LocalStore::saveServer(const ServerInfo &server)
{
    change([server](LocalDatabase &database) { return database.saveServer(server); });
}

void LocalStore::saveIdentity(const QString &token, Role role)
{
    if (m_keychain && !token.isEmpty() && token == m_keptToken) {
        writeIdentity(QLatin1Char(InKeychain) + m_tokenName, token, role);
        return;
    }
    if (!m_keychain || m_isKeychainRefusing || token.isEmpty()) {
        writeIdentity(token, token, role);
        return;
    }
    if (m_tokenName.isEmpty())
        m_tokenName = token::generate();
    m_keychain->write(m_tokenName, token, [self = QPointer(this), token, role, name = m_tokenName, binding = m_binding](bool isKept) {
        if (!self || self->m_binding != binding)
            return; // another server is spoken to by now, which has nothing to do with this token
        if (isKept)
            self->m_keptToken = token;
        self->m_isKeychainRefusing = !isKept; // a question that was answered with No is not asked at every welcome
        self->writeIdentity(isKept ? QLatin1Char(InKeychain) + name : token, token, role);
    });
}

void LocalStore::forgetToken()
{
    if (!m_tokenName.isEmpty())
        removeSecret(QLatin1Char(InKeychain) + m_tokenName); // a dead one that stays is of no use to anybody
    m_tokenName.clear();
    m_keptToken.clear();
    change([](LocalDatabase &database) { return database.saveIdentity({}, Role::Guest); });
}

void LocalStore::forget(const QString &url)
{
    run([this, url](LocalDatabase &database) -> std::function<void()> {
        const auto tokens = database.tokensAt(url);
        return [this, tokens, url] {
            if (!tokens) {
                emit notForgotten(url, tokens.error());
                return;
            }
            QStringList names;
            for (const QString &token : *tokens) {
                if (token.startsWith(QLatin1Char(InKeychain)))
                    names.append(token.sliced(1));
            }
            forgetNext(url, names);
        };
    });
}

void LocalStore::forgetNext(const QString &url, QStringList names)
{
    if (names.isEmpty()) {
        run([this, url](LocalDatabase &database) -> std::function<void()> {
            const auto done = database.forget(url);
            return [this, done, url] {
                if (done)
                    emit forgotten(url);
                else
                    emit notForgotten(url, done.error());
            };
        });
        return;
    }
    if (!m_keychain) { // the tokens are in one that is not there today
        emit notForgotten(url, {});
        return;
    }
    const QString name = names.takeLast();
    m_keychain->remove(name, [self = QPointer(this), url, names](bool isGone) {
        if (self && isGone)
            self->forgetNext(url, names);
        else if (self)
            emit self->notForgotten(url, {});
    });
}

void LocalStore::writeIdentity(const QString &written, const QString &token, Role role)
{
    const bool isInKeychain = written != token;
    run([this, written, token, role, isInKeychain](LocalDatabase &database) -> std::function<void()> {
        const auto done = database.saveIdentity(written, role);
        return [this, done, token, isInKeychain] {
            if (!done)
                tellFailure(done.error());
            emit identityStored(token, isInKeychain);
        };
    });
}

void LocalStore::saveRooms(const QList<RoomSummary> &rooms)
{
    change([rooms](LocalDatabase &database) { return database.saveRooms(rooms); });
}

void LocalStore::saveDraft(const RoomId &room, const QString &text)
{
    change([room, text](LocalDatabase &database) { return database.saveDraft(room, text); });
}

void LocalStore::addToOutbox(const OutboxEntry &entry)
{
    run([this, entry](LocalDatabase &database) -> std::function<void()> {
        const auto done = database.addToOutbox(entry);
        return [this, done, id = entry.id] {
            if (!done)
                tellFailure(done.error());
            emit entryStored(id);
        };
    });
}

void LocalStore::setOutboxError(const ClientId &id, std::optional<ErrorCode> error)
{
    change([id, error](LocalDatabase &database) { return database.setOutboxError(id, error); });
}

void LocalStore::removeFromOutbox(const ClientId &id)
{
    change([id](LocalDatabase &database) { return database.removeFromOutbox(id); });
}

void LocalStore::saveMessages(const RoomId &room, const QList<MessageSnapshot> &messages, bool isComplete)
{
    change([=](LocalDatabase &database) { return database.saveMessages(room, messages, isComplete); });
}

void LocalStore::saveEvents(const RoomId &room, const QList<RoomEvent> &events, Seq syncedTo)
{
    change([=](LocalDatabase &database) { return database.saveEvents(room, events, syncedTo); });
}

void LocalStore::forgetMessages(const RoomId &room)
{
    change([room](LocalDatabase &database) { return database.forgetMessages(room); });
}

void LocalStore::forgetBefore(const RoomId &room, Seq seq)
{
    change([room, seq](LocalDatabase &database) { return database.forgetBefore(room, seq); });
}

void LocalStore::loadPage(const RoomId &room, Seq before, int limit)
{
    loadPage(room, [room, before, limit](LocalDatabase &database) { return database.page(room, before, limit); },
             &LocalStore::pageLoaded);
}

void LocalStore::loadPageAfter(const RoomId &room, Seq after, int limit)
{
    loadPage(room, [room, after, limit](LocalDatabase &database) { return database.pageAfter(room, after, limit); },
             &LocalStore::pageAfterLoaded);
}

void LocalStore::loadPage(const RoomId &room, std::function<Page(LocalDatabase &)> read, void (LocalStore::*loaded)(const LocalPage &))
{
    run([this, room, read = std::move(read), loaded](LocalDatabase &database) -> std::function<void()> {
        const auto page = read(database);
        return [this, page, room, loaded] {
            if (!page)
                tellFailure(page.error());
            LocalPage told = page.value_or(LocalPage {});
            told.room = room;
            emit(this->*loaded)(told);
        };
    });
}

} // namespace hearth
