using System.Runtime.CompilerServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>An n-dimensional array of libtorch. Disposing it gives up this reference; the memory goes with the last one.</summary>
    public partial class Tensor : IDisposable, IScoped
    {
        private static long liveCount;
        private static long peakCount;

        internal IntPtr handle;
        private DisposeScope owner;
        private int scopeIndex;

        internal Tensor(IntPtr handle)
        {
            this.handle = handle;
            var live = Interlocked.Increment(ref liveCount);
            // A race may lose one step of the peak; it is a statistic, not worth a loop on each creation.
            if (live > peakCount) peakCount = live;
            DisposeScopeManager.Register(this, DisposeScopeManager.Statistics.TensorStatistics);
        }

        ~Tensor() => Dispose(false);

        /// <summary>The number of tensor objects that hold a native tensor now, over all threads.</summary>
        public static long TotalCount => Interlocked.Read(ref liveCount);

        public static long PeakCount => peakCount;

        public IntPtr Handle
        {
            get
            {
                if (handle == IntPtr.Zero) throw Empty();
                return handle;
            }
        }

        public bool IsInvalid => handle == IntPtr.Zero;

        DisposeScope IScoped.OwningDisposeScope
        {
            get => owner;
            set => owner = value;
        }

        int IScoped.ScopeIndex
        {
            get => scopeIndex;
            set => scopeIndex = value;
        }

        LifetimeStatistics IScoped.Statistics => DisposeScopeManager.Statistics.TensorStatistics;

        /// <summary>Takes over a handle made by <see cref="DecoupleFromNativeHandle"/> or by native code.</summary>
        public static Tensor UnsafeCreateTensor(IntPtr handle) => new(handle);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var native = Interlocked.Exchange(ref handle, IntPtr.Zero);
            if (native == IntPtr.Zero) return;
            if (disposing) Unregister();
            Interlocked.Decrement(ref liveCount);
            _ = Native.ppl_tensor_release(native);
        }

        /// <summary>Gives the native reference to the caller and leaves this object empty.</summary>
        public IntPtr DecoupleFromNativeHandle()
        {
            GC.SuppressFinalize(this);
            var native = Interlocked.Exchange(ref handle, IntPtr.Zero);
            if (native == IntPtr.Zero) return native;
            Unregister();
            Interlocked.Decrement(ref liveCount);
            return native;
        }

        public Tensor MoveToOuterDisposeScope()
        {
            owner?.MoveToOuter(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(DisposeScope other)
        {
            if (owner is null) other?.Attach(this);
            else owner.MoveToOther(other, this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.owner);

        public Tensor DetachFromDisposeScope()
        {
            owner?.Detach(this);
            return this;
        }

        public Tensor DetatchFromDisposeScope() => DetachFromDisposeScope();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal static Tensor Wrap(IntPtr handle) => handle == IntPtr.Zero ? null : new Tensor(handle);

        /// <summary>What use of a disposed tensor is answered with; TorchSharp's own exception is its base class.</summary>
        internal static ObjectDisposedException Empty() => new(nameof(Tensor), "Tensor invalid -- empty handle.");

        /// <summary>Makes this object (a parameter) a holder of the other's native tensor, which the other loses.</summary>
        internal static IntPtr Take(Tensor other) => other.DecoupleFromNativeHandle();

        internal DisposeScope OwningDisposeScope => owner;

        private void Unregister()
        {
            if (owner != null) owner.MarkAsDisposed(this);
            else DisposeScopeManager.Statistics.TensorStatistics.DisposedOutsideScopeCount++;
        }
    }
}
