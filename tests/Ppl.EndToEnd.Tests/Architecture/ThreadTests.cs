namespace Ppl.EndToEnd.Tests.Architecture;

/// <summary>Models of tests are small: a second thread gains nothing, and waits where other programs keep the cores busy.</summary>
public sealed class ThreadTests
{
    [Fact]
    public void Tests_run_on_one_thread() => Assert.Equal(1, TorchSharp.torch.get_num_threads());

    [Fact]
    public void Every_test_project_runs_on_one_thread() => Assert.Empty(
        from path in Repository.Files("*.Tests.csproj", "tests")
        where path != "tests/Ppl.Torch.Tests/Ppl.Torch.Tests.csproj" // which tests libtorch's threads themselves
        where !Repository.Read(path).Contains("<Compile Include=\"../Ppl.Testing/OneThread.cs\"", StringComparison.Ordinal)
        select path);
}
