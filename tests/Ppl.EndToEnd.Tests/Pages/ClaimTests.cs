using System.Globalization;
using System.Text.RegularExpressions;

namespace Ppl.EndToEnd.Tests.Pages;

/// <summary>What README says of the programs is what they do.</summary>
public sealed class ClaimTests
{
    [Fact]
    public void The_readme_says_how_the_bench_times()
    {
        var timing = Repository.Read("bench/Ppl.Bench/PairedTiming.cs");
        var (pairs, threads) = (Number("Pairs"), Number("Threads"));
        var said = string.Create(CultureInfo.InvariantCulture, $"medians of {pairs} pairs, {(threads == 1 ? "one thread" : $"{threads} threads")}");
        Assert.Contains(said, Repository.Read("README.md"), StringComparison.Ordinal);

        int Number(string name) => int.Parse(Regex.Match(timing, $@"public const int {name} = (\d+);").Groups[1].Value, CultureInfo.InvariantCulture);
    }
}
