using System.Runtime.InteropServices;
using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>Torch's generator belongs to the user: an engine borrows it for a step and gives it back, and no two steps get the same noise.</summary>
public sealed class RandomStateTests
{
    private const StepSeed.Purpose Training = StepSeed.Purpose.Training;

    [Fact]
    public void Fitting_and_evaluating_leave_the_users_own_draws_as_they_were()
    {
        using var scope = NewDisposeScope();
        using var run = new Run(Objective.Iwae(3));
        run.Fit(1);
        var expected = Draws(() => { });
        using var heldOut = Dataset.From(Ppca.Data(30, seed: 9));
        var x = run.Values.narrow(0, 0, 4);
        Assert.Equal(expected, Draws(() => run.Svi.Fit(run.Data, 1, 16, heldOut)));
        Assert.Equal(expected, Draws(() => run.Svi.Step(run.Values)));
        Assert.Equal(expected, Draws(() => run.Svi.Evaluate(run.Data)));
        Assert.Equal(expected, Draws(() => Evaluate.NegativeLogLikelihood(run.Model, run.Guide, run.Data, samples: 5)));
        Assert.Equal(expected, Draws(() => Evaluate.ParetoShape(run.Model, run.Guide, run.Data, samples: 100)));
        Assert.Equal(expected, Draws(() => Evaluate.ActiveUnits(run.Model, run.Guide, run.Data, samples: 3)));
        Assert.Equal(expected, Draws(() => Evaluate.PriorSamples(run.Model, 3, seed: 7)));
        Assert.Equal(expected, Draws(() => Evaluate.Reconstructions(run.Model, run.Guide, [x], seed: 7)));
        Assert.Equal(expected, Draws(() => Evaluate.Interpolate(run.Model, run.Guide, [x], [x], steps: 3)));
        Assert.Equal(expected, Draws(() => Evaluate.Traverse(run.Model, run.Guide, [x.narrow(0, 0, 1)], "z", 0, [-1, 0, 1])));
        Assert.Equal(expected, Draws(() => Evaluate.Manifold(run.Model, 2)));
        Assert.Equal(expected, Draws(() => Assert.Throws<PplArgumentException>(() => Evaluate.PriorSamples(run.Model, 3, site: "y"))));

        // With the second half of a pair of normal numbers in store.
        double[] Draws(Action between)
        {
            using var inner = NewDisposeScope();
            using var generator = manual_seed(5);
            var first = randn(3, dtype: ScalarType.Float64);
            between();
            return cat([first, randn(5, dtype: ScalarType.Float64), rand(4, dtype: ScalarType.Float64)]).data<double>().ToArray();
        }
    }

    [Fact]
    public void Two_engines_on_two_threads_give_the_bits_of_one_after_the_other()
    {
        var alone = Trained(runs => Array.ForEach(runs, run => run()));
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var together = Trained(runs =>
            {
                var threads = Array.ConvertAll(runs, run => new Thread(() => run()));
                foreach (var thread in threads) thread.Start();
                foreach (var thread in threads) thread.Join();
            });
            Assert.Equal(alone[0], together[0]);
            Assert.Equal(alone[1], together[1]);
        }

        // Networks are made before any engine runs: what draws outside of one waits for nobody.
        static double[][] Trained(Action<Action[]> how)
        {
            using var scope = NewDisposeScope();
            using var x = Ppca.Data(50);
            using var data = Dataset.From(x);
            var models = new[] { 1, 2 }.Select(_ => Ppca.Model()).ToArray();
            var guides = Array.ConvertAll(models, model => Ppca.ExactGuide(model, x));
            how([.. models.Select((model, i) => (Action)(() => Train(model, guides[i], data, seed: i + 1)))]);
            return
            [
                .. models.Select((model, i) =>
                    model.parameters().Concat(guides[i].parameters()).SelectMany(p => p.detach().data<double>().ToArray()).ToArray()),
            ];
        }

        static void Train(LinearGaussian model, LinearGaussian.Guide guide, Dataset data, long seed)
        {
            using var svi = new Svi(
                model, guide, Objective.Iwae(3), p => optim.Adam(p, lr: 0.01), new SviSettings { Seed = seed, Reporter = ITrainingReporter.Quiet });
            svi.Fit(data, epochs: 40, batchSize: 16, heldOut: data);
        }
    }

    /// <summary>An independent twister (Matsumoto and Nishimura 1998) that starts at the state's words gives torch's own numbers.</summary>
    [Fact]
    public void The_draws_of_a_step_are_those_of_its_whole_state()
    {
        using var scope = NewDisposeScope();
        var state = MersenneState.Of(StepSeed.Key(3, Training, 12_345));
        var words = Enumerable.Range(0, 624).Select(i => (uint)BitConverter.ToUInt64(state, 24 + (8 * i))).ToArray();
        Assert.True(words.Distinct().Count() > 620);
        using var noise = StepSeed.Begin(3, Training, 12_345, CPU);

        // A float takes 24 bits of one word, by chance 2,000 of them, which is more than three refills of the state.
        var found = rand(2000).data<float>().ToArray();
        Assert.Equal(Twister(words, 2000).Select(word => (word & 0xFFFFFF) / (float)(1 << 24)), found);
    }

    [Fact]
    public void A_normal_number_in_store_does_not_reach_the_next_step()
    {
        using var scope = NewDisposeScope();
        var first = Draw();
        randn(1, dtype: ScalarType.Float64).Dispose();
        randn(1).Dispose();
        Assert.Equal(first, Draw());

        static double[] Draw()
        {
            using var noise = StepSeed.Begin(1, Training, 2, CPU);
            return randn(3, dtype: ScalarType.Float64).data<double>().ToArray();
        }
    }

    [Fact]
    public void A_million_steps_have_a_million_keys_and_first_words()
    {
        const int Steps = 1_000_000;
        var keys = new HashSet<ulong>(Steps);
        var words = new HashSet<ulong>(Steps);
        for (var step = 0; step < Steps; step++)
        {
            var key = StepSeed.Key(0, Training, step);
            Assert.True(keys.Add(key));
            Assert.True(words.Add(MersenneState.FirstWords(key)));
        }
    }

    /// <summary>Torch's own seeding keeps 32 bits: of a million steps about 116 pairs would have the same noise.</summary>
    [Fact]
    public void Steps_whose_keys_share_their_lower_half_have_noise_of_their_own()
    {
        using var scope = NewDisposeScope();
        var seen = new Dictionary<uint, int>();
        var pairs = new List<(int, int)>();
        for (var step = 0; step < 1_000_000; step++)
        {
            if (!seen.TryAdd((uint)StepSeed.Key(0, Training, step), step)) pairs.Add((seen[(uint)StepSeed.Key(0, Training, step)], step));
        }

        Assert.True(pairs.Count > 50);
        foreach (var (one, other) in pairs.Take(20)) Assert.NotEqual(Noise(one), Noise(other));
        Assert.Equal(Noise(7), Noise(7));

        static float[] Noise(int step)
        {
            using var noise = StepSeed.Begin(0, Training, step, CPU);
            return randn(8).data<float>().ToArray();
        }
    }

    [Fact]
    public void A_loan_inside_a_loan_gives_the_outer_one_back()
    {
        using var scope = NewDisposeScope();
        double[] expected, found;
        using (StepSeed.Begin(1, Training, 0, CPU)) expected = [rand_float(), rand_float()];
        using (var outer = StepSeed.Begin(1, Training, 0, CPU))
        {
            var first = rand_float();
            using (StepSeed.Begin(1, StepSeed.Purpose.Evaluation, 0, CPU)) rand(100).Dispose();
            found = [first, rand_float()];
            outer.Restart();
            Assert.Equal(first, rand_float());
        }

        Assert.Equal(expected, found);
    }

    /// <summary>Places of the numbers before the words: how many words are left, whether it was seeded, the next word.</summary>
    [Theory]
    [InlineData(8, 1, true)]
    [InlineData(8, 624, true)]
    [InlineData(8, 625, false)]
    [InlineData(8, 0, false)]
    [InlineData(8, -1, false)]
    [InlineData(12, 0, false)]
    [InlineData(16, 624, true)]
    [InlineData(16, 625, false)]
    public void A_state_is_one_exactly_where_libtorch_takes_it(int place, int value, bool isState)
    {
        using var scope = NewDisposeScope();
        var bytes = MersenneState.Of(7);
        BitConverter.TryWriteBytes(bytes.AsSpan(place), value);
        Assert.Equal(isState, MersenneState.IsState(bytes));
        Assert.False(MersenneState.IsState(bytes[1..]));

        // On TorchSharp a state that libtorch refuses ends the process.
        using var generator = new Generator(1);
        if (isState) generator.set_state(tensor(bytes));
        else if (typeof(Generator).Assembly.GetName().Name == "Ppl.Torch") Assert.Throws<ExternalException>(() => generator.set_state(tensor(bytes)));
    }

    private static IEnumerable<uint> Twister(uint[] start, int count)
    {
        const int N = 624;
        var x = (uint[])start.Clone();
        for (var i = 0; i < count; i++)
        {
            var k = i % N;
            var mixed = (x[k] & 0x80000000) | (x[(k + 1) % N] & 0x7FFFFFFF);
            x[k] = x[(k + 397) % N] ^ (mixed >> 1) ^ ((mixed & 1) * 0x9908B0DF);
            var y = x[k];
            y ^= y >> 11;
            y ^= (y << 7) & 0x9D2C5680;
            y ^= (y << 15) & 0xEFC60000;
            yield return y ^ (y >> 18);
        }
    }
}
