using CloudNative.CloudEvents;
using FnMesh.Functions;
using Microsoft.Extensions.Logging;

namespace Company.Function;

public class EventGridTrigger1(ILogger<EventGridTrigger1> logger)
{
    [Function(nameof(EventGridTrigger1))]
    public void Run([EventGridTrigger] CloudEvent cloudEvent) =>
        logger.LogInformation("Event type: {type}, Event subject: {subject}", cloudEvent.Type, cloudEvent.Subject);
}
