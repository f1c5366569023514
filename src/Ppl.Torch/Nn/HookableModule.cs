namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A module whose calls can be watched and changed by hooks, which run in the order of their registration.</summary>
        public class HookableModule<TPreHook, TPostHook> : Module
        {
            protected Dictionary<string, TPreHook> pre_hooks = [];
            protected Dictionary<string, TPostHook> post_hooks = [];
            protected Dictionary<string, Action<Module>> module_pre_hooks = [];
            protected Dictionary<string, Action<Module>> module_post_hooks = [];
            private int lastKey;

            protected HookableModule(string name) : base(name)
            {
            }

            private protected bool HasHooks =>
                pre_hooks.Count + post_hooks.Count + module_pre_hooks.Count + module_post_hooks.Count > 0;

            public HookRemover register_forward_pre_hook(TPreHook hook) => Register(pre_hooks, hook);

            public HookRemover register_forward_pre_hook(Action<Module> hook) => Register(module_pre_hooks, hook);

            public HookRemover register_forward_hook(TPostHook hook) => Register(post_hooks, hook);

            public HookRemover register_forward_hook(Action<Module> hook) => Register(module_post_hooks, hook);

            private protected void Notify(Dictionary<string, Action<Module>> hooks)
            {
                foreach (var hook in hooks.Values) hook(this);
            }

            private HookRemover Register<T>(Dictionary<string, T> hooks, T hook)
            {
                ArgumentNullException.ThrowIfNull(hook);
                var key = (++lastKey).ToString(System.Globalization.CultureInfo.InvariantCulture);
                hooks.Add(key, hook);
                return new HookRemover(this, key);
            }

            private void Remove(string key)
            {
                pre_hooks.Remove(key);
                post_hooks.Remove(key);
                module_pre_hooks.Remove(key);
                module_post_hooks.Remove(key);
            }

            public class HookRemover(HookableModule<TPreHook, TPostHook> module, string key)
            {
                public void remove() => module.Remove(key);
            }
        }
    }
}
