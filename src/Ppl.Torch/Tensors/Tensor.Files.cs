using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static void save(Tensor t, string location) => t.save(location);

    public static Tensor load(string location) => Tensor.load(location);

    public unsafe partial class Tensor
    {
        /// <summary>Copies the memory of a contiguous CPU tensor to the stream, whatever its size.</summary>
        public void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            using var source = Plain();
            var pointer = (byte*)source.DataPointer(out _);
            var count = source.numel() * source.element_size();
            for (var done = 0L; done < count;)
            {
                var part = (int)Math.Min(count - done, 1 << 24);
                stream.Write(new ReadOnlySpan<byte>(pointer + done, part));
                done += part;
            }
            GC.KeepAlive(source);
        }

        public void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            if (!is_cpu() || !is_contiguous())
                throw new InvalidOperationException("Reading bytes into a tensor that is not contiguous in CPU memory.");
            var pointer = (byte*)DataPointer(out _);
            var count = numel() * element_size();
            for (var done = 0L; done < count;)
            {
                var part = (int)Math.Min(count - done, 1 << 24);
                stream.ReadExactly(new Span<byte>(pointer + done, part));
                done += part;
            }
            GC.KeepAlive(this);
        }

        /// <summary>Writes libtorch's own archive, as torch::save does.</summary>
        /// <exception cref="NotSupportedException">The tensor is sparse, quantized or without memory.</exception>
        public void save(string location)
        {
            ArgumentNullException.ThrowIfNull(location);
            if (is_sparse || is_meta || is_quantized()) throw new NotSupportedException("Only dense tensors that are not quantized can be saved.");
            using var plain = resolve_conj();
            using var saved = plain.resolve_neg();
            fixed (byte* path = System.Text.Encoding.UTF8.GetBytes(location + "\0"))
            {
                Fault.Check(Native.ppl_tensor_save(saved.Handle, path));
            }
        }

        /// <summary>Loads what <see cref="save"/> wrote, into memory of the CPU.</summary>
        /// <exception cref="InvalidDataException">The file is no archive of a tensor, or is damaged.</exception>
        public static Tensor load(string location) => Utils.TensorArchive.Read(location);

        public static Tensor Load(BinaryReader reader)
        {
            Tensor tensor = null;
            TensorExtensionMethods.Load(ref tensor, reader);
            return tensor;
        }

        public static Tensor Load(Stream stream)
        {
            using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
            return Load(reader);
        }

        public static Tensor Load(string location)
        {
            using var stream = File.OpenRead(location);
            return Load(stream);
        }
    }
}
