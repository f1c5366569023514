using static TorchSharp.torch;

namespace Ppl.Inference.Checkpoints;

/// <summary>The state of torch's generator on the CPU: what a checkpoint keeps of it, and how it is put back.</summary>
internal sealed class RandomState
{
    private readonly byte[] bytes;

    private RandomState(byte[] bytes) => this.bytes = bytes;

    /// <summary>The state of now.</summary>
    public static RandomState Now()
    {
        using var state = get_rng_state();
        return new RandomState(state.data<byte>().ToArray());
    }

    /// <summary>The bytes of a state.</summary>
    public int Length => bytes.Length;

    public void Write(Stream stream) => stream.Write(bytes);

    /// <summary>Reads a state that can be put back without fail: on TorchSharp, what libtorch refuses ends the process.</summary>
    /// <param name="stream">The part, as long as a state is.</param>
    /// <exception cref="InvalidDataException">The bytes are no state of a generator.</exception>
    public static RandomState Read(Stream stream)
    {
        var read = new RandomState(new byte[stream.Length]);
        stream.ReadExactly(read.bytes);
        return MersenneState.IsState(read.bytes) ? read : throw new InvalidDataException("it is no state of a random generator");
    }

    /// <summary>Puts the state back.</summary>
    public void Apply()
    {
        using var state = ToTensor();
        set_rng_state(state);
    }

    private Tensor ToTensor() => tensor(bytes, dtype: ScalarType.Byte);
}
