#include "client/forgetchat.h"

#include "client/localstore.h"

namespace hearth {

void forgetChat(const QString &directory, const std::shared_ptr<Keychain> &keychain, const QUrl &url, QObject *context,
                std::function<void(const std::optional<QString> &whyNot)> done)
{
    auto *store = new LocalStore(directory, keychain, context);
    QObject::connect(store, &LocalStore::forgotten, store, [store, done] {
        store->deleteLater();
        done(std::nullopt);
    });
    QObject::connect(store, &LocalStore::notForgotten, store, [store, done](const QString &, const QString &detail) {
        store->deleteLater();
        done(detail);
    });
    store->forget(LocalStore::placeOf(url));
}

} // namespace hearth
