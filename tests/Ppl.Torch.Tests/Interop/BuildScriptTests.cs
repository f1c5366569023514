using System.Diagnostics;

namespace Ppl.Torch.Tests.Interop;

/// <summary>What native/build.sh says where libtorch is missing or too old: one line that a build shows as its error.</summary>
public sealed class BuildScriptTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();

    [Theory]
    [InlineData(1, 12, "version 1.12; 1.13 to 2.x is needed")]
    [InlineData(0, 4, "version 0.4; 1.13 to 2.x is needed")]
    [InlineData(3, 0, "version 3.0; 1.13 to 2.x is needed")]
    public void OtherVersionsAreRefused(int major, int minor, string message)
    {
        Write("ATen/ATen.h", "");
        Write("torch/csrc/api/include/torch/version.h", $"#define TORCH_VERSION_MAJOR {major}\n#define TORCH_VERSION_MINOR {minor}\n#define TORCH_VERSION_PATCH 0\n");
        Assert.Contains(message, Build(), StringComparison.Ordinal);
    }

    [Fact]
    public void MissingHeadersAreNamed() =>
        Assert.Contains($"the headers of libtorch (1.13 to 2.x) were not found in {folder.FullName}", Build(), StringComparison.Ordinal);

    public void Dispose() => folder.Delete(recursive: true);

    private void Write(string path, string text)
    {
        var file = new FileInfo(Path.Combine(folder.FullName, path));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
    }

    private string Build()
    {
        var start = new ProcessStartInfo("sh", [Path.Combine(ShimTests.Sources, "build.sh"), Path.Combine(folder.FullName, "out", "shim.so")])
        {
            RedirectStandardError = true,
        };
        start.Environment["LIBTORCH_INCLUDE"] = folder.FullName;
        using var script = Process.Start(start)!;
        var errors = script.StandardError.ReadToEnd();
        script.WaitForExit();
        Assert.Equal(1, script.ExitCode);
        Assert.StartsWith("native/build.sh : error PPLTORCH01: ", errors, StringComparison.Ordinal);
        return errors;
    }
}
