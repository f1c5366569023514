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
            if (!is_cpu() || !is_contiguous()) throw new InvalidOperationException("Reading bytes into a tensor that is not contiguous in CPU memory.");
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
        public void save(string location)
        {
            fixed (byte* path = System.Text.Encoding.UTF8.GetBytes(location + "\0"))
            {
                Fault.Check(Native.ppl_tensor_save(Handle, path));
            }
            GC.KeepAlive(this);
        }

        /// <exception cref="InvalidDataException">The file is no archive, or is damaged.</exception>
        public static Tensor load(string location)
        {
            Utils.ArchiveCheck.Verify(location);
            fixed (byte* path = System.Text.Encoding.UTF8.GetBytes(location + "\0"))
            {
                return Wrap(Fault.Check(Native.ppl_tensor_load(path)));
            }
        }

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
