using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>What an <see cref="Arg"/> holds; the numbers are ppl_torch.h's.</summary>
internal enum Tag
{
    None = 0,
    Tensor = 1,
    Int = 2,
    Double = 3,
    Bool = 4,
    IntList = 5,
    DoubleList = 6,
    BoolList = 7,
    TensorList = 8,
    OptionalTensors = 9,
    Complex = 10,
    String = 11,
    Device = 12,
    Generator = 13,
    Default = 14,
}

/// <summary>An argument or a result of a native call.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct Arg
{
    [FieldOffset(0)] internal long Integer;
    [FieldOffset(0)] internal double Real;
    [FieldOffset(0)] internal void* Pointer;
    [FieldOffset(8)] internal Tag Tag;
    [FieldOffset(12)] internal int Length;
}
