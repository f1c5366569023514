namespace Ppl.Torch.Tests.Processes;

/// <summary>
/// The test assembly is also a program: what may end the process runs in one of its own, which <see cref="Child"/> starts with the
/// name of what to do.
/// </summary>
internal static class Program
{
    private static readonly Dictionary<string, Func<string[], int>> Programs = new()
    {
        [nameof(Fuzz)] = Fuzz.Run,
        [nameof(Archives.Damaged)] = a => Archives.Damaged(int.Parse(a[0])),
        [nameof(Archives.Forged)] = a => Archives.Forged(int.Parse(a[0])),
        [nameof(StateFiles)] = a => StateFiles.Run(a[0], int.Parse(a[1])),
        [nameof(NullHandles)] = _ => NullHandles.Run(),
        [nameof(Signals)] = _ => Signals.Run(),
        [nameof(ExitPrograms.Tasks)] = _ => ExitPrograms.Tasks(),
        [nameof(ExitPrograms.TasksBegun)] = a => ExitPrograms.TasksBegun(int.Parse(a[0])),
        [nameof(ExitPrograms.TasksAndExit)] = _ => ExitPrograms.TasksAndExit(),
        [nameof(ExitPrograms.InsideOneCall)] = _ => ExitPrograms.InsideOneCall(),
        [nameof(ExitPrograms.NestedBackward)] = _ => ExitPrograms.NestedBackward(),
        [nameof(ExitPrograms.TensorsAtExit)] = _ => ExitPrograms.TensorsAtExit(),
    };

    internal static int Main(string[] args) => Programs[args[0]](args[1..]);
}
