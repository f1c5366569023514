// Tensors in libtorch's own archive format (torch::save), which TorchSharp's torch.save writes too. Managed code reads them: libtorch's
// reader believes every number of a file.
#include "ppl_torch.h"

#include <torch/csrc/api/include/torch/serialize/output-archive.h>

using namespace ppl;

PPL_ENTRY(int32_t, ppl_tensor_save, Handle h, const char* path) {
    torch::serialize::OutputArchive archive;
    archive.write("0", tensor(h));
    archive.save_to(path);
    return 0;
}
PPL_GUARD
