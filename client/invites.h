#pragma once

#include "client/session.h"

#include <QObject>

#include <functional>

namespace hearth {

/// What those in charge of a chat ask of it about invites. Refusals are told by `Session::requestFailed`, as CreateInvite,
/// ListInvites and RevokeInvite. Lives as long as its session.
class Invites : public QObject
{
    Q_OBJECT

public:
    using OnReply = std::function<void(const ServerFrame &)>;
    using Ask = std::function<void(RequestFailure::What what, const ClientFrame &frame, OnReply onReply)>;

    Invites(Ask ask, QObject *parent);

    void create(const CreateInvite &wanted); ///< `created` follows
    void list(); ///< `listed` follows
    void revoke(const QString &invite); ///< by its id; `listed` follows

signals:
    /// The code is told this once: the server keeps only its hash.
    void created(const hearth::InviteInfo &invite, const QString &code);
    void listed(const QList<hearth::InviteInfo> &invites); ///< those that hold, oldest first

private:
    Ask m_ask;
};

} // namespace hearth
