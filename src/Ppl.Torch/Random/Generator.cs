using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A source of random numbers with its own state.</summary>
    public class Generator : IDisposable
    {
        private IntPtr handle;

        public Generator(ulong seed = 0, Device device = null)
        {
            this.device = device ?? CPU;
            if (this.device.type != DeviceType.CPU) throw new NotSupportedException($"a generator on {this.device}");
            handle = Fault.Check(Native.ppl_generator_new(seed));
        }

        private Generator(IntPtr handle)
        {
            device = CPU;
            this.handle = handle;
        }

        ~Generator() => Dispose(false);

        public static Generator Default => new(Fault.Check(Native.ppl_generator_default()));

        public IntPtr Handle => handle != IntPtr.Zero ? handle : throw new ObjectDisposedException(nameof(Generator));

        internal bool IsDisposed => handle == IntPtr.Zero;

        public Device device { get; }

        public Generator manual_seed(long seed)
        {
            Fault.Check(Native.ppl_generator_set_seed(Handle, unchecked((ulong)seed)));
            GC.KeepAlive(this);
            return this;
        }

        /// <summary>Takes a seed from the system's entropy and returns it.</summary>
        public long seed() => Seed(fresh: true);

        public long initial_seed() => Seed(fresh: false);

        public Tensor get_state()
        {
            var state = Fault.Check(Native.ppl_generator_state(Handle));
            GC.KeepAlive(this);
            return Tensor.Wrap(state);
        }

        public void set_state(Tensor value)
        {
            Fault.Check(Native.ppl_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(this);
            GC.KeepAlive(value);
        }

        private unsafe long Seed(bool fresh)
        {
            ulong value;
            Fault.Check(Native.ppl_generator_seed(Handle, fresh ? 1 : 0, &value));
            GC.KeepAlive(this);
            return unchecked((long)value);
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var native = Interlocked.Exchange(ref handle, IntPtr.Zero);
            if (native != IntPtr.Zero) _ = Native.ppl_generator_release(native);
        }
    }
}
