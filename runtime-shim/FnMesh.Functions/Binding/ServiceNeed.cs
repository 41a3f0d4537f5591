using System.ComponentModel;
using Microsoft.Extensions.DependencyInjection;

namespace FnMesh.Functions.Binding;

/// <summary>A service that a function cannot run without.</summary>
/// <param name="Taker">Who takes it, for people: the class whose constructor does, or the method.</param>
/// <param name="Name">The type's name, for people.</param>
/// <param name="Type">What it is registered as.</param>
/// <param name="Key">Its key; null for none.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record ServiceNeed(string Taker, string Name, Type Type, object? Key = null)
{
    /// <summary>The need of a type that generated code knows.</summary>
    public static ServiceNeed Of<T>(string taker, string name, object? key = null) => new(taker, name, typeof(T), key);

    /// <summary>False where it is known that nobody registered it; a container of another maker that cannot be asked is believed.</summary>
    internal bool IsRegistered(IServiceProvider services) => Key is null
        ? services.GetService<IServiceProviderIsService>()?.IsService(Type) ?? true
        : services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(Type, Key) ?? true;

    /// <summary>What is wrong, and the mend.</summary>
    internal string Missing(string function) => $"{function}: {Taker} takes the service {Name}{(Key is null ? "" : $" with the key '{Key}'")}, which nobody registered; add it to builder.Services in Program.cs.";
}
