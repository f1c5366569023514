using Ppl.Common;

namespace Ppl.Data.Tests;

/// <summary>Each statistic is left by a right program with probability below 1e-6; seeds are fixed.</summary>
public sealed class CounterRandomTests
{
    [Fact]
    public void The_stream_is_SplitMix64()
    {
        // Published first outputs for the seed 1234567 (Vigna's splitmix64.c, as listed with the algorithm's test vectors).
        var random = new CounterRandom(1234567);
        Assert.Equal(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
            Enumerable.Range(0, 5).Select(_ => random.NextBits()));
        Assert.Equal(9817491932198370423, CounterRandom.At(1234567, 3));
    }

    [Fact]
    public void Uniforms_integers_and_normals_have_their_moments()
    {
        const int Count = 100_000;
        var random = new CounterRandom(CounterRandom.Key(1, 2, 3));
        double uniform = 0, normal = 0, square = 0;
        var counts = new int[7];
        for (var k = 0; k < Count; k++)
        {
            uniform += random.NextUniform();
            var z = random.NextNormal();
            normal += z;
            square += z * z;
            counts[random.NextInt(7)]++;
        }

        Assert.InRange((uniform - (Count / 2.0)) / Math.Sqrt(Count / 12.0), -5, 5);
        Assert.InRange(normal / Math.Sqrt(Count), -5, 5);
        Assert.InRange((square - Count) / Math.Sqrt(2.0 * Count), -5, 5);

        // Chi-square with 6 degrees of freedom exceeds 40 with probability 5e-7.
        Assert.InRange(counts.Sum(count => Math.Pow(count - (Count / 7.0), 2) / (Count / 7.0)), 0, 40);
    }

    [Fact]
    public void Keys_of_neighbouring_places_differ()
    {
        var keys = new HashSet<ulong>();
        for (var seed = -5; seed < 5; seed++)
        {
            for (var first = -5; first < 5; first++)
            {
                for (var second = -5; second < 5; second++) Assert.True(keys.Add(CounterRandom.Key(seed, first, second)));
            }
        }
    }
}
