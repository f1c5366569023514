using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static Generator manual_seed(long seed)
    {
        Fault.Check(Native.ppl_manual_seed(unchecked((ulong)seed)));
        return Generator.Default;
    }

    public static long seed() => random.seed();

    public static long initial_seed() => random.initial_seed();

    public static Tensor get_rng_state() => random.get_rng_state();

    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);

    public static bool randint_bool(Generator generator = null) => randint_long(0, 2, generator) == 1;

    public static int randint_int(int high, Generator generator = null) => (int)randint_long(0, high, generator);

    public static int randint_int(int low, int high, Generator generator = null) => (int)randint_long(low, high, generator);

    public static long randint_long(long high, Generator generator = null) => randint_long(0, high, generator);

    public static long randint_long(long low, long high, Generator generator = null)
    {
        using var draw = Integers(low, high, [], generator, null, CPU, false, null);
        return draw.item<long>();
    }

    public static double rand_float(Generator generator = null)
    {
        using var draw = rand([], ScalarType.Float64, CPU, generator: generator);
        return draw.item<double>();
    }

    public static double randn_float(Generator generator = null)
    {
        using var draw = randn([], ScalarType.Float64, CPU, generator: generator);
        return draw.item<double>();
    }

    public static partial class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static long seed()
        {
            using var generator = Generator.Default;
            return generator.seed();
        }

        public static long initial_seed()
        {
            using var generator = Generator.Default;
            return generator.initial_seed();
        }

        public static Tensor get_rng_state()
        {
            using var generator = Generator.Default;
            return generator.get_state();
        }

        public static void set_rng_state(Tensor new_state)
        {
            using var generator = Generator.Default;
            generator.set_state(new_state);
        }
    }
}
