// A thread's last fault, and the end of the process.
#include "ppl_torch.h"

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

using namespace ppl;

namespace {

thread_local std::string last_error;
thread_local bool has_error = false;
// A plain pointer: its release calls managed code, which an ending thread cannot run any more.
thread_local std::shared_ptr<void>* last_managed = nullptr;

void forget() {
    has_error = false;
    delete std::exchange(last_managed, nullptr);
}

void keep(const char* message) {
    has_error = true;
    last_error = message;
}

// The last thing that happens. What comes after it in exit() are the destructors of libtorch's globals, which threads still use.
void end(int status, void*) {
    std::fflush(nullptr);
    _exit(status);
}

}  // namespace

namespace ppl {

Failure report() noexcept {
    forget();
    try {
        throw;
    } catch (const ManagedFault& e) {
        last_managed = new (std::nothrow) std::shared_ptr<void>(e.fault());
        keep(e.what());
    } catch (const c10::Error& e) {
        keep(e.what_without_backtrace());
    } catch (const std::exception& e) {
        keep(e.what());
    } catch (...) {
        keep("unknown native fault");
    }
    return {};
}

}  // namespace ppl

// The managed exception behind this thread's last fault (a GCHandle), or null. It is valid until ppl_last_error.
PPL_ENTRY(void*, ppl_last_managed_fault) {
    return last_managed == nullptr ? nullptr : last_managed->get();
}
PPL_GUARD

// The message of this thread's last fault, or null; reading it clears the fault.
PPL_ENTRY(const char*, ppl_last_error) {
    if (!has_error) return nullptr;
    forget();
    return last_error.c_str();
}
PPL_GUARD

// From now on exit() ends the process with the same code and the same output, but at once. Handlers run youngest first, and libtorch
// adds some whenever it makes a global: so this is called as late as can be.
PPL_ENTRY(int32_t, ppl_end_at_exit) {
    TORCH_CHECK(on_exit(end, nullptr) == 0, "the end of the process cannot be prepared");
    return 0;
}
PPL_GUARD
