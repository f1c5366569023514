using System.Text.RegularExpressions;
using TorchSharp;

namespace Ppl.Core.Tests.Provider;

/// <summary>
/// The table of docs/torch.md, measured on the provider at hand: PyTorch's behaviour on Ppl.Torch, the other on the package. A row that no longer
/// holds on the package can go.
/// </summary>
public sealed partial class TorchDifferenceTests
{
    public static TheoryData<string> Names => [.. TorchDifferences.Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_difference_is_as_measured(string name)
    {
        var (probe, pyTorch, torchSharp) = TorchDifferences.Rows[name];
        Assert.NotEqual(pyTorch, torchSharp);
        Assert.Equal(typeof(torch).Assembly.GetName().Name == "TorchSharp" ? torchSharp : pyTorch, Found(probe));
    }

    [Fact]
    public void The_page_has_the_same_rows()
    {
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "torch.md"));
        var section = page[page.IndexOf("## Where TorchSharp differs", StringComparison.Ordinal)..];
        Assert.Equal(TorchDifferences.Rows.Keys, Row().Matches(section).Select(row => row.Groups["call"].Value).Skip(1));
    }

    private static string Found(Func<string> probe)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(1);
        try
        {
            return probe();
        }
        catch (Exception fault)
        {
            return fault.GetType().Name;
        }
    }

    [GeneratedRegex(@"^\| (?<call>[^|]*[^| -]) \|.*\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
