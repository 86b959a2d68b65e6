#pragma once

#include "server/net/listener.h"

#include <map>
#include <memory>
#include <vector>

namespace hearth {

class Admissions;
class IoThreads;

/// The doorways of a listener on its I/O threads: descriptors are handed to them, and pages that are asked for there are made
/// here. Lives on the listener's thread. Private to net/.
class FarDoors
{
public:
    FarDoors();
    ~FarDoors();
    FarDoors(const FarDoors &) = delete;
    FarDoors &operator=(const FarDoors &) = delete;

    /// Makes a doorway on each thread. What `router` names gets a far end there (see IoThreads::relay()).
    void open(IoThreads &threads, const ListenerSettings &settings, const Router &router,
              const std::shared_ptr<Admissions> &admissions);
    [[nodiscard]] bool isUsed() const { return m_threads != nullptr; }

    /// A descriptor that was accepted: to the thread with the fewest.
    void enter(qintptr descriptor);
    /// Lets everybody go who waits there.
    void clear();
    void setHttpHandler(const QString &path, const Listener::HttpHandler &handler, HttpReach reach);
    /// What the threads said when they were last asked (see IoThreads::gather()).
    [[nodiscard]] DoorFigures figures() const;

private:
    struct Door;
    struct Page
    {
        Listener::HttpHandler handler;
        HttpReach reach;
    };
    using Pages = std::map<QString, Page>;

    void forEach(void (*work)(Door &));
    void addPage(const QString &path, HttpReach reach);

    IoThreads *m_threads = nullptr; ///< not owned
    std::vector<std::shared_ptr<Door>> m_doors; ///< by thread, which alone looks into it once it is made
    std::shared_ptr<Pages> m_pages; ///< used on the listener's thread only
};

} // namespace hearth
