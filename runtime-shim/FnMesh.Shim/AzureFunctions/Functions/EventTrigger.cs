using System.Collections.Immutable;
using FnMesh.Shim.AzureFunctions.Protocol;

namespace FnMesh.Shim.AzureFunctions.Functions;

/// <param name="Binding">The name of the event.</param>
/// <param name="Form">How it is handed over.</param>
/// <param name="Types">Which events; empty for all.</param>
/// <param name="Source">The only source that is wanted; null for every one.</param>
/// <param name="Filter">In CESQL; null for none.</param>
/// <param name="DataType">What the worker asks for.</param>
/// <param name="IsBatch">Whether it takes several events at once.</param>
internal sealed record EventTrigger(string Binding, EventForm Form, ImmutableArray<string> Types, string? Source, string? Filter, BindingInfo.Types.DataType DataType, bool IsBatch) : Trigger(Binding);
