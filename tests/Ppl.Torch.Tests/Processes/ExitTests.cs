namespace Ppl.Torch.Tests.Processes;

/// <summary>A process ends with its own exit code and all of its output, whatever its threads do in libtorch at that moment.</summary>
public class ExitTests
{
    [Theory]
    [InlineData(nameof(ExitPrograms.Tasks), 8)]
    [InlineData(nameof(ExitPrograms.TasksAndExit), 4)]
    [InlineData(nameof(ExitPrograms.InsideOneCall), 4)]
    [InlineData(nameof(ExitPrograms.NestedBackward), 4)]
    public void TheExitCodeAndTheLastWordsAreKept(string program, int times) => EndsWell(program, times, ExitPrograms.LastWords);

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(300)]
    [InlineData(500)]
    [InlineData(800)]
    public void LibtorchMayBeLoadingStill(int milliseconds) =>
        EndsWell(nameof(ExitPrograms.TasksBegun), 1, ExitPrograms.LastWords, milliseconds.ToString());

    [Fact]
    public void HandlersOfTheUsersOwnMayComputeAtExit() => EndsWell(nameof(ExitPrograms.TensorsAtExit), 4, "5 " + ExitPrograms.LastWords);

    // Side by side, so that the machine is busy while they end.
    private static void EndsWell(string program, int times, string output, params string[] arguments)
    {
        var children = new Child[times];
        Parallel.For(0, times, i => children[i] = Child.Run(program, arguments));
        Assert.All(children, child =>
        {
            Assert.True(child.ExitCode == ExitPrograms.ExitCode, $"ended with {child.ExitCode}: {child.Output}{child.Errors}");
            Assert.Equal(output, child.Output);
            Assert.Empty(child.Errors);
        });
    }
}
