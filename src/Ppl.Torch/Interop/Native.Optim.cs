using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>The numbers of native/adam.cpp, in its order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AdamNumbers
{
    public double Sign;
    public double Penalty;
    public double Decay;
    public double Beta1;
    public double Beta2;
    public double Root;
    public double Epsilon;
    public double Rate;
}

internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial int ppl_adam_step(IntPtr parameter, IntPtr gradient, IntPtr mean, IntPtr square, AdamNumbers* numbers);

    [LibraryImport(Library)]
    internal static partial int ppl_gradient_norm(IntPtr* parameters, int count, double* norm);
}
