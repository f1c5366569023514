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

    [Fact]
    public void DamagedArchivesAreRefused()
    {
        var child = Child.Run(nameof(Archives), "3");
        var lines = child.Output.TrimEnd().Split('\n');
        Assert.True(child.ExitCode == 0, $"ended with {child.ExitCode} at file {lines[^1]}: {child.Errors}");
        Assert.True(int.Parse(lines[^1]) > 200, $"refused {lines[^1]}");
    }

    [Fact]
    public void ADamagedArchiveIsNamed()
    {
        var path = Path.GetTempFileName();
        using var x = full(100, 3.5f);
        x.save(path);
        using (var loaded = Tensor.load(path)) Assert.Equal(3.5f, loaded[99].item<float>());
        var bytes = File.ReadAllBytes(path);
        var value = bytes.AsSpan().IndexOf(BitConverter.GetBytes(3.5f));
        bytes[value] ^= 1;
        File.WriteAllBytes(path, bytes);
        var fault = Assert.Throws<InvalidDataException>(() => Tensor.load(path));
        Assert.StartsWith($"{path} is damaged: the record '", fault.Message, StringComparison.Ordinal);
        File.WriteAllBytes(path, bytes[..^30]);
        Assert.Throws<InvalidDataException>(() => Tensor.load(path));
        File.Delete(path);
        Assert.Throws<FileNotFoundException>(() => Tensor.load(path));
    }
}
