namespace TorchSharp;

public static partial class torch
{
    public static partial class fft
    {
        private static string Norm(FFTNormType norm) => norm switch
        {
            FFTNormType.Forward => "forward",
            FFTNormType.Ortho => "ortho",
            _ => "backward",
        };
    }
}
