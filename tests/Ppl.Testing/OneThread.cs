using System.Runtime.CompilerServices;

namespace Ppl.Testing;

/// <summary>Runs the models of a test project on one thread.</summary>
/// <remarks>
/// They are so small that a second thread gains nothing; and where other programs keep the cores busy, each parallel region waits for a
/// thread that the system has put aside, which makes the end-to-end tests several times slower. libtorch passes the number on to every
/// thread that runs its operators, and OpenBLAS, whose products of this size are serial anyway, is built on the same OpenMP. The variable
/// OMP_NUM_THREADS does as much but has to be set before the process starts, by whoever starts it. What several threads could change,
/// the order of sums, has a test of its own that asks for them.
/// </remarks>
internal static class OneThread
{
    [ModuleInitializer]
    internal static void Set() => TorchSharp.torch.set_num_threads(1);
}
