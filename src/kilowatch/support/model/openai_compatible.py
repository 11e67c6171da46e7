"""The port kept by pydantic-ai, for any endpoint that speaks like OpenAI's.

Imported when a model is configured, and not before: the library takes seconds to load.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import httpx2
from openai import AsyncOpenAI
from pydantic import BaseModel, Field
from pydantic_ai import (
    Agent,
    AgentRunResultEvent,
    FunctionToolCallEvent,
    ModelSettings,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ToolOutput,
    UsageLimits,
)
from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelConnectionError,
    ModelOverloadedError,
    ModelRateLimitError,
    ModelServerError,
    ModelUnavailableError,
)
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, UserPromptPart
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.toolsets import FunctionToolset
from pydantic_ai.usage import RunUsage

from kilowatch.support.domain.spending import estimated_tokens
from kilowatch.support.model.port import (
    Answered,
    Ending,
    ModelFailed,
    Prompt,
    Said,
    Speaker,
    Tokens,
    Tool,
    TryAgain,
    WantsPerson,
    Watcher,
)

#: Of one answer. Six short sentences have a tenth of it.
MOST_OUTPUT_TOKENS: Final = 1000
MOST_REQUESTS: Final = 6
MOST_TOOL_CALLS: Final = 10
#: To connect, and between two pieces of a stream; the time of the whole is watched by whoever asks.
CONNECT_S: Final = 5.0
PAUSE_S: Final = 30.0
LONGEST_WAIT_S: Final = 5.0

_PASSING: Final = (
    ModelConnectionError,
    ModelOverloadedError,
    ModelRateLimitError,
    ModelServerError,
    ModelUnavailableError,
)


class PersonNeeded(BaseModel):
    """Give the conversation to a person of the support team."""

    reason: str = Field(description="Why a person is needed, in a few words", max_length=200)
    summary: str = Field(
        description="What the customer wants and what is known so far, for that person", max_length=1000
    )


@dataclass(frozen=True, slots=True)
class OpenAICompatible:
    name: str
    _agent: Agent[None, str | PersonNeeded]

    async def converse(self, prompt: Prompt, tools: Sequence[Tool], watcher: Watcher) -> Ending:
        usage = RunUsage()
        try:
            output = await self._run(prompt, tools, watcher, usage)
        except _PASSING as error:
            raise TryAgain(_in_short(error), _wait(error)) from error
        except Exception as error:
            # Whatever it is that a library stumbles over in what a stranger's server sends: there is no answer.
            raise ModelFailed(_in_short(error)) from error
        finally:
            watcher.took(_tokens(usage))
        tokens = _tokens(usage)
        match output:
            case PersonNeeded(reason=reason, summary=summary):
                return WantsPerson(reason=reason, summary=summary, tokens=tokens)
            case str(text):
                return Answered(text=text, tokens=_at_least(tokens, prompt, text))

    async def _run(
        self, prompt: Prompt, tools: Sequence[Tool], watcher: Watcher, usage: RunUsage
    ) -> str | PersonNeeded:
        limits = UsageLimits(
            request_limit=MOST_REQUESTS, tool_calls_limit=MOST_TOOL_CALLS, total_tokens_limit=prompt.most_tokens
        )
        async with self._agent.run_stream_events(
            prompt.question,
            message_history=[_message(said) for said in prompt.history],
            instructions=prompt.instructions,
            toolsets=[_toolset(tools)],
            usage_limits=limits,
            usage=usage,
        ) as events:
            async for event in events:
                match event:
                    case (
                        PartStartEvent(part=TextPart(content=text))
                        | PartDeltaEvent(delta=TextPartDelta(content_delta=text))
                    ):
                        watcher.said(text)
                    case FunctionToolCallEvent():
                        watcher.progressed()
                    case AgentRunResultEvent(result=result):
                        return result.output
                watcher.took(_tokens(usage))
        raise ModelFailed("the run ended without a result")


@asynccontextmanager
async def open_model(name: str, base_url: str, api_key: str | None) -> AsyncIterator[OpenAICompatible]:
    """A model at an endpoint."""
    timeout = httpx2.Timeout(PAUSE_S, connect=CONNECT_S)
    # It wants a key also where the endpoint wants none. Retries are made where the time for them is known.
    async with AsyncOpenAI(base_url=base_url, api_key=api_key or "none", max_retries=0, timeout=timeout) as client:
        # A stream that ends without saying why it does is half an answer.
        profile = OpenAIModelProfile(openai_chat_streaming_requires_finish_reason=True)
        model = OpenAIChatModel(name, provider=OpenAIProvider(openai_client=client), profile=profile)
        agent: Agent[None, str | PersonNeeded] = Agent(
            model,
            output_type=[str, ToolOutput(PersonNeeded, name="hand_over")],
            model_settings=ModelSettings(max_tokens=MOST_OUTPUT_TOKENS, temperature=0.2),
            retries=1,
        )
        yield OpenAICompatible(name, agent)


def _toolset(tools: Sequence[Tool]) -> FunctionToolset[None]:
    return FunctionToolset(list(tools))


def _message(said: Said) -> ModelMessage:
    match said.speaker:
        case Speaker.PERSON:
            return ModelRequest(parts=[UserPromptPart(said.text)])
        case Speaker.ASSISTANT:
            return ModelResponse(parts=[TextPart(said.text)])


def _tokens(usage: RunUsage) -> Tokens:
    return Tokens(usage.input_tokens, usage.output_tokens)


def _at_least(tokens: Tokens, prompt: Prompt, text: str) -> Tokens:
    """Some endpoints do not tell what a stream has cost: then it is reckoned, on the safe side."""
    if tokens.input or tokens.output:
        return tokens
    read = [prompt.instructions, prompt.question, *(said.text for said in prompt.history)]
    return Tokens(sum(map(estimated_tokens, read)), estimated_tokens(text))


def _wait(error: ModelAPIError) -> float:
    return min(getattr(error, "retry_after", None) or 0.5, LONGEST_WAIT_S)


def _in_short(error: Exception) -> str:
    """For the record, which administrators read; never for the client."""
    return f"{type(error).__name__}: {error}"[:300]
