using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static Conv1d Conv1d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0,
            long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros,
            long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
            new(Shape(in_channels, out_channels, All(kernel_size, 1), All(stride, 1), All(padding, 1), null, All(dilation, 1), groups),
                bias, padding_mode, device, dtype);

        public static Conv1d Conv1d(long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1,
            long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros,
            long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
            new(Shape(in_channels, out_channels, All(kernel_size, 1), All(stride, 1), null, padding, All(dilation, 1), groups),
                bias, padding_mode, device, dtype);

        public static Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0,
            long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros,
            long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
            new(Shape(in_channels, out_channels, All(kernel_size, 2), All(stride, 2), All(padding, 2), null, All(dilation, 2), groups),
                bias, padding_mode, device, dtype);

        public static Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1,
            long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros,
            long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
            new(Shape(in_channels, out_channels, All(kernel_size, 2), All(stride, 2), null, padding, All(dilation, 2), groups),
                bias, padding_mode, device, dtype);

        public static Conv2d Conv2d(long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null,
            (long, long)? padding = null, (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros,
            long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
            new(Shape(in_channels, out_channels, List(kernel_size), List(stride, 1), List(padding, 0), null, List(dilation, 1), groups),
                bias, padding_mode, device, dtype);

        public static Conv2d Conv2d(long in_channels, long out_channels, (long, long) kernel_size, Padding padding,
            (long, long)? stride = null, (long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros,
            long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
            new(Shape(in_channels, out_channels, List(kernel_size), List(stride, 1), null, padding, List(dilation, 1), groups),
                bias, padding_mode, device, dtype);

        public static Conv3d Conv3d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0,
            long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros,
            long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
            new(Shape(in_channels, out_channels, All(kernel_size, 3), All(stride, 3), All(padding, 3), null, All(dilation, 3), groups),
                bias, padding_mode, device, dtype);

        public static Conv3d Conv3d(long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1,
            long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros,
            long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
            new(Shape(in_channels, out_channels, All(kernel_size, 3), All(stride, 3), null, padding, All(dilation, 3), groups),
                bias, padding_mode, device, dtype);

        public static Conv3d Conv3d(long in_channels, long out_channels, (long, long, long) kernel_size, (long, long, long)? stride = null,
            (long, long, long)? padding = null, (long, long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros,
            long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
            new(Shape(in_channels, out_channels, List(kernel_size), List(stride, 1), List(padding, 0), null, List(dilation, 1), groups),
                bias, padding_mode, device, dtype);

        public static Conv3d Conv3d(long in_channels, long out_channels, (long, long, long) kernel_size, Padding padding,
            (long, long, long)? stride = null, (long, long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros,
            long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
            new(Shape(in_channels, out_channels, List(kernel_size), List(stride, 1), null, padding, List(dilation, 1), groups),
                bias, padding_mode, device, dtype);

        public static ConvTranspose1d ConvTranspose1d(long in_channels, long out_channels, long kernel_size, long stride = 1,
            long padding = 0, long output_padding = 0, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros,
            long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
            new(Shape(in_channels, out_channels, All(kernel_size, 1), All(stride, 1), All(padding, 1), null, All(dilation, 1), groups,
                All(output_padding, 1)), bias, padding_mode, device, dtype);

        public static ConvTranspose2d ConvTranspose2d(long in_channels, long out_channels, long kernel_size, long stride = 1,
            long padding = 0, long output_padding = 0, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros,
            long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
            new(Shape(in_channels, out_channels, All(kernel_size, 2), All(stride, 2), All(padding, 2), null, All(dilation, 2), groups,
                All(output_padding, 2)), bias, padding_mode, device, dtype);

        public static ConvTranspose2d ConvTranspose2d(long in_channels, long out_channels, (long, long) kernel_size,
            (long, long)? stride = null, (long, long)? padding = null, (long, long)? output_padding = null, (long, long)? dilation = null,
            PaddingModes padding_mode = PaddingModes.Zeros,
            long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
            new(Shape(in_channels, out_channels, List(kernel_size), List(stride, 1), List(padding, 0), null, List(dilation, 1), groups,
                List(output_padding, 0)), bias, padding_mode, device, dtype);

        public static ConvTranspose3d ConvTranspose3d(long in_channels, long out_channels, long kernel_size, long stride = 1,
            long padding = 0, long output_padding = 0, long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros,
            long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
            new(Shape(in_channels, out_channels, All(kernel_size, 3), All(stride, 3), All(padding, 3), null, All(dilation, 3), groups,
                All(output_padding, 3)), bias, padding_mode, device, dtype);

        public static ConvTranspose3d ConvTranspose3d(long in_channels, long out_channels, (long, long, long) kernel_size,
            (long, long, long)? stride = null, (long, long, long)? padding = null, (long, long, long)? output_padding = null,
            (long, long, long)? dilation = null, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1,
            bool bias = true, Device device = null, ScalarType? dtype = null) =>
            new(Shape(in_channels, out_channels, List(kernel_size), List(stride, 1), List(padding, 0), null, List(dilation, 1), groups,
                List(output_padding, 0)), bias, padding_mode, device, dtype);

        private static ConvolutionShape Shape(long channelsIn, long channelsOut, long[] kernel, long[] stride, long[] padding,
            Padding? paddingType, long[] dilation, long groups, long[] outputPadding = null) =>
            new(channelsIn, channelsOut, kernel, stride, padding, paddingType, dilation, groups, outputPadding is not null,
                outputPadding ?? All(0, kernel.Length));

        private static long[] All(long value, int dimensions) => [.. Enumerable.Repeat(value, dimensions)];

        private static long[] List((long, long) values) => [values.Item1, values.Item2];

        private static long[] List((long, long)? values, long fallback) => List(values ?? (fallback, fallback));

        private static long[] List((long, long, long) values) => [values.Item1, values.Item2, values.Item3];

        private static long[] List((long, long, long)? values, long fallback) => List(values ?? (fallback, fallback, fallback));
    }
}
