using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                ArgumentNullException.ThrowIfNull(device);
                RequireFloatingPoint(dtype);
                _toEpilog(dtype, device, non_blocking);
                return this;
            }

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                _toEpilog(null, new Device(deviceType, deviceType == DeviceType.CPU ? -1 : deviceIndex), non_blocking);
                return this;
            }

            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                RequireFloatingPoint(dtype);
                _toEpilog(dtype, null, non_blocking);
                return this;
            }

            public Module _to(Tensor other, bool non_blocking)
            {
                ArgumentNullException.ThrowIfNull(other);
                return _to(other.device, other.dtype, non_blocking);
            }

            protected void _toEpilog(ScalarType dtype, bool non_blocking) => _toEpilog(dtype, null, non_blocking);

            protected void _toEpilog(Device device, ScalarType dtype, bool non_blocking) => _toEpilog(dtype, device, non_blocking);

            protected void _toEpilog(DeviceType deviceType, int deviceIndex, bool non_blocking) =>
                _toEpilog(null, new Device(deviceType, deviceIndex), non_blocking);

            /// <summary>Converts the submodules, then the own parameters and buffers, and points the fields at the new ones.</summary>
            protected virtual void _toEpilog(ScalarType? dtype, Device device, bool non_blocking)
            {
                foreach (var (_, child) in named_children())
                {
                    _ = (dtype, device) switch
                    {
                        (null, null) => child,
                        ({ } type, null) => child._to(type, non_blocking),
                        (null, _) => child._to(device.type, device.index, non_blocking),
                        ({ } type, _) => child._to(device, type, non_blocking),
                    };
                }

                foreach (var (component, parameter) in named_parameters(false).ToList())
                {
                    if (ReplaceParameter(dtype, device, parameter, out var converted))
                    {
                        PointFieldsAt(parameter, converted);
                        ConditionallyRegisterParameter(component, converted);
                        parameter.Dispose();
                    }
                }

                foreach (var (component, (buffer, persistent)) in new List<(string, (Tensor, bool))>(_internal_buffers))
                {
                    if (ReplaceBuffer(dtype, device, buffer, out var converted))
                    {
                        PointFieldsAt(buffer, converted);
                        ConditionallyRegisterBuffer(component, converted, persistent);
                        buffer.Dispose();
                    }
                }

                if (device is not null) (_deviceType, _deviceIndex) = (device.type, device.index);
            }

            protected static bool ReplaceBuffer(ScalarType? dtype, Device device, Tensor buffer, out Tensor result)
            {
                ArgumentNullException.ThrowIfNull(buffer);
                var (type, target) = Target(dtype, device, buffer);
                result = null;
                if (IsAt(buffer, type, target)) return false;

                result = buffer.to(type, target).DetachFromDisposeScope();
                return true;
            }

            protected static bool ReplaceParameter(ScalarType? dtype, Device device, Parameter param, out Parameter p)
            {
                ArgumentNullException.ThrowIfNull(param);
                var (type, target) = Target(dtype, device, param);
                p = null;
                if (IsAt(param, type, target)) return false;

                // The copy is a new leaf: the old one's history and the conversion must not be on its graph.
                using var noGrad = no_grad();
                p = new Parameter(param.to(type, target), param.requires_grad);
                p.DetachFromDisposeScope();
                using var gradient = param.grad;
                if (gradient is not null)
                {
                    using var converted = gradient.to(type, target);
                    p.grad = converted;
                }

                return true;
            }

            /// <summary>Only floating point and complex tensors change their type; counters and indices keep theirs.</summary>
            private static (ScalarType, Device) Target(ScalarType? dtype, Device device, Tensor tensor) =>
                (dtype is { } type && (tensor.is_floating_point() || tensor.is_complex()) ? type : tensor.dtype, device ?? tensor.device);

            private static bool IsAt(Tensor tensor, ScalarType dtype, Device device) =>
                tensor.dtype == dtype && tensor.device_type == device.type && (device.index < 0 || tensor.device_index == device.index);

            private static void RequireFloatingPoint(ScalarType dtype)
            {
                if (dtype is not (ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64
                    or ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64))
                {
                    throw new ArgumentException($"A module's parameters can be floating point or complex, not {dtype}.", nameof(dtype));
                }
            }

            private void PointFieldsAt(Tensor old, Tensor converted)
            {
                foreach (var field in ComponentFields())
                {
                    if (!field.FieldType.IsValueType && ReferenceEquals(field.GetValue(this), old))
                        field.SetValue(this, converted);
                }
            }
        }
    }
}
