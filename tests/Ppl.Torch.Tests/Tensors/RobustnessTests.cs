using Ppl.Torch.Tests.Processes;

namespace Ppl.Torch.Tests.Tensors;

/// <summary>Every public operation with arguments that mostly make no sense: faults are exceptions, and the process lives.</summary>
public class RobustnessTests
{
    public static TheoryData<string> Owners => new(Fuzz.OwnerNames);

    [Theory]
    [MemberData(nameof(Owners))]
    public void SenselessArgumentsDoNotCrash(string owner)
    {
        var child = Child.Run(nameof(Fuzz), owner, "12", "2");
        var lines = child.Output.TrimEnd().Split('\n');
        Assert.True(child.ExitCode == 0 && lines[^1] == Fuzz.LastLine, $"ended with {child.ExitCode} at {lines[^1]}: {child.Errors}");
        // The arguments are worth something only where a part of them makes sense.
        var counts = lines[^2].Split(' ');
        Assert.True(int.Parse(counts[2]) > int.Parse(counts[0]) / 10, lines[^2]);
    }
}
