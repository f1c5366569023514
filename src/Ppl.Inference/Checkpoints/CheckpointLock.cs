using Ppl.Common;

namespace Ppl.Inference.Checkpoints;

/// <summary>
/// A fit holds its checkpoint for as long as it runs: two programs that wrote one file would each resume, one day, from the other's run.
/// </summary>
internal static class CheckpointLock
{
    /// <exception cref="IOException">Another fit holds it.</exception>
    public static FileLock Take(string path) => FileLock.TryTakeFor(path) ?? throw Held(path);

    /// <exception cref="IOException">Another fit holds it.</exception>
    public static void RequireFree(string path)
    {
        if (FileLock.IsTakenFor(path)) throw Held(path);
    }

    private static IOException Held(string path) =>
        new($"checkpoint {path}: the fit of another program writes it now; let it end, or name another file");
}
