using FnMesh.Shim.AzureFunctions.Protocol;

namespace FnMesh.Shim.AzureFunctions.Functions;

/// <summary>Reads what a function needs besides its trigger: nothing, and what it publishes.</summary>
internal static class OutputReader
{
    /// <exception cref="BindingFault">The mesh has nothing for one of them.</exception>
    public static IEnumerable<EventOutput> Read(IReadOnlyList<RawBinding> bindings)
    {
        foreach (var binding in bindings.Where(binding => !binding.IsTrigger))
        {
            if (binding.Direction != BindingInfo.Types.Direction.Out)
                throw new BindingFault($"it takes '{binding.Name}' from {binding.Type}, which the mesh has nothing for; read it with a client of its own SDK instead", FunctionRefusal.Binding);
            switch (binding.Type.ToUpperInvariant())
            {
                case "HTTP":
                    break;
                case "CLOUDEVENT":
                    yield return new EventOutput(binding.Name, OutputForm.CloudEvent, binding.Texts("eventType").Concat(binding.Texts("types")).FirstOrDefault(), binding.Text("source"));
                    break;
                case "EVENTGRID":
                    yield return new EventOutput(binding.Name, OutputForm.EventGrid, binding.Text("eventType"), null);
                    break;
                case "KAFKA":
                    yield return new EventOutput(binding.Name, OutputForm.Kafka, binding.Text("topic") is { Length: > 0 } topic ? topic : throw new BindingFault($"its output '{binding.Name}' names no topic; in the mesh the topic is the type of the events"), null);
                    break;
                default:
                    throw new BindingFault($"its output '{binding.Name}' goes to {binding.Type}, which the mesh has nothing for; cloudEvent, eventGrid and kafka are published, and everything else goes by a client of its own SDK", FunctionRefusal.Binding);
            }
        }
    }
}
