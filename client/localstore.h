#pragma once

#include "client/keychain.h"
#include "client/localdatabase.h"

#include <QObject>
#include <QThread>
#include <QUrl>

#include <functional>
#include <memory>

namespace hearth {

/// The local cache and outbox, on a thread of its own: commands are queued in order, answers come as signals on the
/// thread that made it. Where the disk fails, `failed` says so and the session goes on without: what was asked for
/// comes empty, what was to be stored counts as stored. Where there is a keychain it has the token, and the file only the
/// token's name there. The destructor waits for what is queued.
class LocalStore : public QObject
{
    Q_OBJECT

public:
    explicit LocalStore(const QString &directory, std::shared_ptr<Keychain> keychain = {}, QObject *parent = nullptr);
    ~LocalStore() override;

    /// Under which an address is kept, however it is spoken to.
    [[nodiscard]] static QString placeOf(QUrl url);

    void bindAddress(const QString &url, const UserName &user); ///< `stateLoaded` follows
    void bindServer(const ServerInfo &server, const UserName &user); ///< `stateLoaded` follows
    void loadKey(const QString &serverId); ///< `keyLoaded` follows
    /// Where it takes the place of another key, all tokens for this server go from where they are.
    void saveKey(const QString &serverId, const Fingerprint &key);
    void saveAddress(const QString &serverId); ///< of the one that is known from now on at the address that is bound
    void saveServer(const ServerInfo &server);
    void saveIdentity(const QString &token, Role role); ///< `identityStored` follows, once it is on disk
    /// The token lets nobody in any more: it goes from where it is.
    void forgetToken();
    /// Everything kept of an address, for all names; `forgotten` follows, or `notForgotten`. Where the keychain does not let
    /// go of a token, nothing else goes either.
    void forget(const QString &url);
    void saveRooms(const QList<RoomSummary> &rooms);
    void saveDraft(const RoomId &room, const QString &text);
    void addToOutbox(const OutboxEntry &entry); ///< `entryStored` follows, once it is on disk
    void setOutboxError(const ClientId &id, std::optional<ErrorCode> error);
    void removeFromOutbox(const ClientId &id);
    void saveMessages(const RoomId &room, const QList<MessageSnapshot> &messages, bool isComplete);
    void saveEvents(const RoomId &room, const QList<RoomEvent> &events, Seq syncedTo);
    void forgetMessages(const RoomId &room);
    void forgetBefore(const RoomId &room, Seq seq);
    void loadPage(const RoomId &room, Seq before, int limit); ///< `pageLoaded` follows
    void loadPageAfter(const RoomId &room, Seq after, int limit); ///< `pageAfterLoaded` follows

signals:
    void stateLoaded(const hearth::LocalState &state);
    void keyLoaded(const QString &serverId, const hearth::Fingerprint &key);
    void pageLoaded(const hearth::LocalPage &page);
    void pageAfterLoaded(const hearth::LocalPage &page);
    void entryStored(const hearth::ClientId &id);
    void identityStored(const QString &token, bool isInKeychain);
    void forgotten(const QString &url);
    void notForgotten(const QString &url, const QString &detail); ///< empty: it is the keychain that refused
    void failed(const QString &detail);

private:
    /// Runs `work` on the thread; what it returns is run on this one.
    void run(std::function<std::function<void()>(LocalDatabase &)> work);
    void change(std::function<LocalDatabase::Outcome<>(LocalDatabase &)> work);
    void tellFailure(const QString &detail);
    using Page = LocalDatabase::Outcome<LocalPage>;
    void loadPage(const RoomId &room, std::function<Page(LocalDatabase &)> read, void (LocalStore::*loaded)(const LocalPage &));
    /// `stateLoaded`, with the token from where it is.
    void tellState(LocalState state);
    void writeIdentity(const QString &written, const QString &token, Role role);
    /// Out of the keychain, where that is where it is.
    void removeSecret(const QString &token);
    /// Takes the last of these out of the keychain, then those before it, then forgets the address.
    void forgetNext(const QString &url, QStringList names);

    QThread m_thread;
    QObject *m_worker; // lives, and is deleted, on m_thread
    std::unique_ptr<LocalDatabase> m_database; // touched on m_thread only
    bool m_hasFailed = false;
    std::shared_ptr<Keychain> m_keychain;
    int m_binding = 0; ///< counts them: what the keychain says to an earlier one is not for this one
    QString m_tokenName; ///< of this binding, in the keychain; empty: it has none there yet
    QString m_keptToken; ///< what it is known to have under that name
    bool m_isKeychainRefusing = false; ///< it was asked to take a token of this binding, and did not: it is not asked again
};

} // namespace hearth
