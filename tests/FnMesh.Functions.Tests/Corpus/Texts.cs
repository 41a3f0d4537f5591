namespace FnMesh.Functions.Tests.Corpus;

/// <summary>Files in the shape that Azure's templates give, with Azure's usings.</summary>
internal static class Texts
{
    /// <summary>Program.cs of today.</summary>
    public const string Program = """
        using Microsoft.Azure.Functions.Worker;
        using Microsoft.Azure.Functions.Worker.Builder;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;

        var builder = FunctionsApplication.CreateBuilder(args);

        builder.ConfigureFunctionsWebApplication();

        builder.Services
            .AddApplicationInsightsTelemetryWorkerService()
            .ConfigureFunctionsApplicationInsights();

        builder.Build().Run();
        """;

    /// <summary>Program.cs of before.</summary>
    public const string HostProgram = """
        using Company.Function;
        using Microsoft.Azure.Functions.Worker;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;

        var host = new HostBuilder()
            .ConfigureFunctionsWebApplication(worker => worker.UseMiddleware<Stopwatch>())
            .ConfigureServices(services =>
            {
                services.AddApplicationInsightsTelemetryWorkerService();
                services.ConfigureFunctionsApplicationInsights();
                services.AddSingleton<IClock, Clock>();
            })
            .Build();

        host.Run();

        namespace Company.Function
        {
            public interface IClock
            {
                System.DateTime Now { get; }
            }

            public class Clock : IClock
            {
                public System.DateTime Now => System.DateTime.UtcNow;
            }

            public class Stopwatch : Microsoft.Azure.Functions.Worker.Middleware.IFunctionsWorkerMiddleware
            {
                public async System.Threading.Tasks.Task Invoke(FunctionContext context, Microsoft.Azure.Functions.Worker.Middleware.FunctionExecutionDelegate next) => await next(context);
            }
        }
        """;

    public const string Http = """
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Azure.Functions.Worker;
        using Microsoft.Extensions.Logging;
        using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

        namespace Company.Function;

        public class HttpTrigger1
        {
            private readonly ILogger<HttpTrigger1> _logger;

            public HttpTrigger1(ILogger<HttpTrigger1> logger)
            {
                _logger = logger;
            }

            [Function("HttpTrigger1")]
            public IActionResult Run([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "things/{id:int?}")] HttpRequest req, int? id)
            {
                _logger.LogInformation("C# HTTP trigger function processed a request.");
                return new OkObjectResult($"Welcome {id}");
            }

            [Function(nameof(Create))]
            public async System.Threading.Tasks.Task<IActionResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest req, [FromBody] Thing thing, FunctionContext context)
            {
                await System.Threading.Tasks.Task.Yield();
                context.GetLogger("Create").LogInformation("{id}", context.InvocationId);
                return new CreatedResult("/things/1", thing);
            }
        }

        public record Thing(string Name);
        """;

    public const string Timer = """
        using System;
        using Microsoft.Azure.Functions.Worker;
        using Microsoft.Extensions.Logging;

        namespace Company.Function;

        public class TimerTrigger1
        {
            private readonly ILogger _logger;

            public TimerTrigger1(ILoggerFactory loggerFactory)
            {
                _logger = loggerFactory.CreateLogger<TimerTrigger1>();
            }

            [Function("TimerTrigger1")]
            [FixedDelayRetry(5, "00:00:10")]
            public void Run([TimerTrigger("%SCHEDULE%", RunOnStartup = true, UseMonitor = false)] TimerInfo myTimer, FunctionContext context)
            {
                _logger.LogInformation("C# Timer trigger function executed at: {time}, {late}, {retry}", DateTime.Now, myTimer.IsPastDue, context.RetryContext?.RetryCount);

                if (myTimer.ScheduleStatus is not null)
                {
                    _logger.LogInformation("Next timer schedule at: {nextSchedule}", myTimer.ScheduleStatus.Next);
                }
            }
        }
        """;

    public const string EventGrid = """
        using Azure.Messaging;
        using Microsoft.Azure.Functions.Worker;
        using Microsoft.Extensions.Logging;

        namespace Company.Function;

        public class EventGridTrigger1(ILogger<EventGridTrigger1> logger)
        {
            [Function(nameof(EventGridTrigger1)), ExponentialBackoffRetry(5, "00:00:04", "00:15:00")]
            public void Run([EventGridTrigger] CloudEvent cloudEvent)
            {
                logger.LogInformation("Event type: {type}, Event subject: {subject}", cloudEvent.Type, cloudEvent.Subject);
            }
        }
        """;

    public const string Kafka = """
        using System;
        using Microsoft.Azure.Functions.Worker;
        using Microsoft.Extensions.Logging;

        namespace Company.Function;

        public class Kafka1
        {
            [Function("Kafka1")]
            [ExponentialBackoffRetry(5, "00:00:04", "00:15:00")]
            public void Run(
                [KafkaTrigger("BrokerList",
                              "topic",
                              Username = "ConnectionString",
                              Password = "%KafkaPassword%",
                              Protocol = BrokerProtocol.SaslSsl,
                              AuthenticationMode = BrokerAuthenticationMode.Plain,
                              ConsumerGroup = "$Default",
                              IsBatched = true)] string[] events,
                FunctionContext context)
            {
                var logger = context.GetLogger("KafkaFunction");
                foreach (string kevent in events)
                {
                    logger.LogInformation("C# Kafka trigger function processed a message: {event}", kevent);
                }
            }
        }
        """;
}
